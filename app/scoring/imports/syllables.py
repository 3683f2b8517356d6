"""Whether a word is a syllable of Vietnamese: an initial, a rime and at most one tone."""

import re
import unicodedata
from functools import lru_cache

_INITIALS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RIMES = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op
ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uân uâng uât uây uc uê uêch uênh uêt uêu ui um un ung uôc uôi uôm uôn uông uôt uơ up ut uy uya uych uyên uyêt
uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y yêm yên yêng yêt yêu
"""
_SYLLABLE = re.compile(f"(?:{'|'.join(_INITIALS.split())})?(?:{'|'.join(_RIMES.split())})")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
# A tone stands on the main vowel, not on the one that the rime ends in: “mão”, never “maõ”.
_TONE_AT_END = re.compile(
    "(?!gi|qu).*(?:ai|ao|au|ay|âu|ây|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu|uôi|ươi|ươu|oao|oeo|uyu)[\u0300\u0301\u0303\u0309\u0323]"
)
_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=50_000)
def is_syllable(word: str) -> bool:
    letters = unicodedata.normalize("NFD", word.lower())
    toneless, tones = _TONES.subn("", letters)
    if tones > 1 or _SYLLABLE.fullmatch(unicodedata.normalize("NFC", toneless)) is None:
        return False
    tone = _TONES.search(letters)
    before = unicodedata.normalize("NFC", letters[: tone.start()]) if tone else ""
    return tone is None or _TONE_AT_END.fullmatch(f"{before}{tone[0]}") is None


def marked_words(text: str) -> list[str]:
    """The words with a letter beyond ASCII."""
    return [word for word in _WORD.findall(text) if not word.isascii()]
