"""Stand-alone: is this bundle whole, and does its data give its ranking? Needs Python 3.9 and nothing else.

It ships inside the bundle and imports nothing of ours: it is the second opinion on ``app/scoring/rules``. Every
number is an exact fraction. Exit status 0 when all holds, 1 when something is damaged; each finding names it.
"""

import argparse
import hashlib
import json
import sys
import unicodedata
import zipfile
import zlib
from fractions import Fraction
from pathlib import Path

MANIFEST, DATA = "manifest.json", "data.json"
SURVEYED = ("survey", "survey_tiers")
NAMES = {"points": "điểm", "maximum": "điểm tối đa", "index": "chỉ số", "rank": "hạng", "grade": "xếp loại"}
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, IndexError, ZeroDivisionError)


def main():
    reader = argparse.ArgumentParser(description="Kiểm tra gói kết quả chấm điểm và tính lại bảng xếp hạng.")
    reader.add_argument("source", nargs="?", metavar="GÓI", help="tệp ZIP hoặc thư mục đã giải nén")
    source = reader.parse_args().source
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    found, facts = verify(Path(source) if source else Path(__file__).resolve().parent)
    for line in [*facts, *found]:
        print(line)
    print(
        f"KHÔNG ĐẠT: {len(found)} sai lệch."
        if found
        else "ĐẠT: gói nguyên vẹn, bảng xếp hạng tính lại trùng khớp."
    )
    return 1 if found else 0


def verify(source):
    """(What is damaged, what can be said of the bundle); both are sentences."""
    members, found = read(source)
    found += check_digests(members, closed=source.is_file())
    if DATA not in members:
        return [*found, f"{DATA}: thiếu, không tính lại được."], []
    try:
        data = json.loads(members[DATA].decode("utf-8"))
        found += check_ranking(data)
        facts = describe(data, members[DATA])
    except UNREADABLE as error:
        return [*found, f"{DATA}: không đọc được nội dung ({type(error).__name__}: {error})."], []
    return found, facts


def read(source):
    """(Name → bytes of every member that can be read, sentences on the others.)"""
    if source.is_dir():
        files = [
            path for path in sorted(source.rglob("*")) if path.is_file() and "__pycache__" not in path.parts
        ]
        return {composed(path.relative_to(source).as_posix()): path.read_bytes() for path in files}, []
    members, found = {}, []
    try:
        with zipfile.ZipFile(source) as archive:
            for name in archive.namelist():
                try:
                    members[composed(name)] = archive.read(name)
                except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
                    found.append(f"{name}: hỏng, không giải nén được.")
    except (zipfile.BadZipFile, OSError) as error:
        found.append(f"{source.name}: không mở được ({error}).")
    return members, found


def composed(name):
    """Some systems take Vietnamese letters apart when they unpack."""
    return unicodedata.normalize("NFC", name)


def check_digests(members, closed):
    """``closed``: a ZIP holds nothing but what the manifest names; a folder may."""
    try:
        digests = {composed(name): digest for name, digest in json.loads(members[MANIFEST])["files"].items()}
    except UNREADABLE as error:
        return [f"{MANIFEST}: thiếu hoặc không đọc được ({type(error).__name__})."]
    found = []
    for name, digest in sorted(digests.items()):
        if name not in members:
            found.append(f"{name}: thiếu.")
        elif hashlib.sha256(members[name]).hexdigest() != digest:
            found.append(f"{name}: đã bị thay đổi (mã băm không khớp).")
    extra = sorted(members.keys() - digests.keys() - {MANIFEST}) if closed else []
    found += [f"{name}: thừa, không có trong {MANIFEST}." for name in extra]
    return found + [f"{name}: {MANIFEST} không ghi mã băm." for name in (DATA,) if name not in digests]


def describe(data, content):
    concluded = data["round"]["concluded_at"]
    return [
        f"{data['round']['name']}: {len(data['sheets'])} cơ quan, quy tắc tính phiên bản {data['rules_version']}.",
        f"Kết luận lúc {concluded}." if concluded else "TẠM TÍNH: kỳ chưa kết luận.",
        f"SHA-256 của {DATA}: {hashlib.sha256(content).hexdigest()} (đối chiếu với mã in trên báo cáo kết quả).",
    ]


def check_ranking(data):
    """Where the ranking is not what scores, appraisals and conclusions give."""
    computed, kept = recompute(data), {row["sheet"]: row for row in data["ranking"]}
    found = []
    for sheet, ours in computed.items():
        theirs = kept.pop(sheet, None)
        if theirs is None:
            found.append(f"{ours['agency']}: không có trong bảng xếp hạng.")
            continue
        found += unlike(ours, theirs)
    return found + [f"{row['agency']}: có trong bảng xếp hạng nhưng không có phiếu." for row in kept.values()]


def unlike(ours, theirs):
    agency = f"{ours['agency']} ({ours['name']})"
    found = (
        [f"{agency}: bảng xếp hạng ghi mã {theirs['agency']}."] if theirs["agency"] != ours["agency"] else []
    )
    for key, name in NAMES.items():
        exact = key in ("points", "maximum", "index")
        kept = fraction(theirs[key]) if exact else theirs[key]
        if kept != ours[key]:
            found.append(f"{agency}: {name} tính lại {shown(ours[key])}, bảng xếp hạng ghi {shown(kept)}.")
    kept_fields = {code: tuple(map(Fraction, pair)) for code, pair in theirs["fields"].items()}
    codes = sorted(ours["fields"].keys() | kept_fields.keys())
    wrong = [code for code in codes if ours["fields"].get(code, ())[:2] != kept_fields.get(code, ())]
    return found + [f"{agency}: điểm lĩnh vực {code} không khớp." for code in wrong]


def shown(value):
    return f"{float(value):.3f}".replace(".", ",") if isinstance(value, Fraction) else value


def fraction(text):
    return None if text is None else Fraction(text)


def recompute(data):
    """Sheet id → its line, ranks within each group."""
    sets = {item["id"]: leaves_of(item["criteria"]) for item in data["criteria_sets"]}
    lines = {sheet["id"]: line_of(sheet, sets[sheet["criteria_set"]], data) for sheet in data["sheets"]}
    for line in lines.values():
        rivals = [other for other in lines.values() if other["group"] == line["group"]]
        line["rank"] = place(line, [rival for rival in rivals if rival["index"] is not None])
    return lines


def leaves_of(criteria):
    """The leaves; a bonus or penalty with the headings above that limit it, the nearest first.

    Records of rules version 1 name no parents: no heading limited anything then.
    """
    nodes = {node["code"]: node for node in criteria}
    kinds = {code: set() for code in nodes}
    found = []
    for node in criteria:
        for above in ancestors(node, nodes) if node["is_leaf"] else ():
            kinds[above["code"]].add(node["kind"])
    for node in criteria:
        if node["is_leaf"]:
            outside = node["kind"] in ("bonus", "penalty")
            limits = [above for above in ancestors(node, nodes) if kinds[above["code"]] == {node["kind"]}]
            limits = [(above["code"], Fraction(above["maximum"])) for above in limits if outside]
            found.append(dict(node, limits=tuple(pair for pair in limits if pair[1] > 0)))
    return found


def ancestors(node, nodes):
    found = []
    while node.get("parent") in nodes and len(found) < len(nodes):
        node = nodes[node["parent"]]
        found.append(node)
    return found


def line_of(sheet, leaves, data):
    scores = {score["code"]: score for score in sheet["scores"]}
    finals = [(leaf, *final(scores.pop(leaf["code"]), leaf)) for leaf in leaves]
    if scores:
        raise ValueError(f"{sheet['agency']}: tiêu chí lạ {', '.join(sorted(scores))}")
    points, maximum, index = total(finals)
    codes = dict.fromkeys(leaf["field"] for leaf in leaves)
    fields = {code: total([item for item in finals if item[0]["field"] == code]) for code in codes}
    ties = [fields[code][2] if code in fields else None for code in data["round"]["tie_break"]]
    return {
        "agency": sheet["agency"],
        "name": sheet["name"],
        "group": sheet["group"],
        "points": points,
        "maximum": maximum,
        "index": index,
        "grade": grade(index, data["bands"], sheet["failed_bands"]),
        "fields": fields,
        "strength": (index, *((tie is not None, tie or 0) for tie in ties)),
    }


def final(score, leaf):
    """(Applicable, points or None): the conclusion, else the mean of the appraisals, else the survey."""
    if score.get("excluded") or score.get("concluded_not_applicable"):
        return False, None
    if "concluded" in score:
        return True, Fraction(score["concluded"])
    given = [fraction(item.get("points")) for item in score.get("appraisals", [])]
    scored = [points for points in given if points is not None]
    if given and not scored:
        return False, None
    if given:
        return True, (half_up(sum(scored) / len(scored)) if len(scored) == len(given) else None)
    return True, (fraction(score.get("survey")) if leaf["method"] in SURVEYED else None)


def half_up(points):
    """To thousandths, halves upwards."""
    return Fraction((points * 2000 + 1) // 2, 1000)


def total(finals):
    """(Points, maximum, index in percent or None): what does not apply leaves both sums."""
    maximum, amounts = Fraction(0), []
    for leaf, applicable, given in finals:
        if not applicable:
            continue
        top = Fraction(leaf["maximum"])
        counted = min(max(given or Fraction(0), Fraction(0)), top)
        amounts.append((leaf["limits"], -counted if leaf["kind"] == "penalty" else counted))
        maximum += top if leaf["kind"] == "normal" else 0
    points = max(limited(amounts), Fraction(0))
    return points, maximum, points / maximum * 100 if maximum else None


def limited(amounts):
    """The sum, in which what stands below a heading with a limit counts no more than that."""
    deepest = max((len(limits) for limits, _amount in amounts), default=0)
    if not deepest:
        return sum((amount for _limits, amount in amounts), Fraction(0))
    kept, together = [], {}
    for limits, amount in amounts:
        if len(limits) < deepest:
            kept.append((limits, amount))
        else:
            together[limits] = together.get(limits, Fraction(0)) + amount
    for limits, amount in together.items():
        most = limits[0][1]
        kept.append((limits[1:], min(max(amount, -most), most)))
    return limited(kept)


def grade(index, bands, failed):
    """The highest band that the index reaches and whose extra condition the agency does not fail."""
    reached = [
        b for b in bands if index is not None and Fraction(b["lower"]) <= index and b["name"] not in failed
    ]
    return max(reached, key=lambda band: Fraction(band["lower"]))["name"] if reached else None


def place(line, rivals):
    """One more than there are better ones: equals share a place and the next is skipped."""
    if line["index"] is None:
        return None
    return 1 + sum(rival["strength"] > line["strength"] for rival in rivals)


if __name__ == "__main__":
    sys.exit(main())
