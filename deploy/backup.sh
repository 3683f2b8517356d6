#!/bin/sh
# One backup, read back and restored into a temporary database once made. Older ones than BACKUP_DAYS go only after the
# new one has proved whole and complete; an incomplete one (exit status 2) is kept beside them, and the unit fails.
# Run from the application's folder with the service's settings (cham-diem-backup.service).
set -eu
: "${BACKUP_DIR:?}"
file="$BACKUP_DIR/cham-diem-$(date +%Y%m%d-%H%M%S).tar"

worst=0
try() {
    status=0
    .venv/bin/flask --app run "$@" || status=$?
    case $status in
        0) ;;
        2) worst=2 ;;
        *) exit "$status" ;;
    esac
}

try backup create "$file"
test -f "$file"  # status 2 is wrong use as well
try backup verify "$file"
try backup rehearse "$file"
.venv/bin/flask --app run audit verify
if [ "$worst" -eq 0 ]; then
    find "$BACKUP_DIR" -name 'cham-diem-*.tar' -mtime +"${BACKUP_DAYS:-30}" -delete
fi
find "$BACKUP_DIR" -name 'cham-diem-*.tar.part' -mtime +1 -delete
.venv/bin/flask --app run scoring sweep-files
exit "$worst"
