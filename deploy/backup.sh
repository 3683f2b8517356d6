#!/bin/sh
# One backup, read back once made; older ones than BACKUP_DAYS go only after the new one has proved whole.
# Run from the application's folder with the service's settings (cham-diem-backup.service).
set -eu
: "${BACKUP_DIR:?}"
file="$BACKUP_DIR/cham-diem-$(date +%Y%m%d-%H%M%S).tar"
.venv/bin/flask --app run backup create "$file"
.venv/bin/flask --app run backup verify "$file"
.venv/bin/flask --app run audit verify
find "$BACKUP_DIR" -name 'cham-diem-*.tar' -mtime +"${BACKUP_DAYS:-30}" -delete
find "$BACKUP_DIR" -name 'cham-diem-*.tar.part' -mtime +1 -delete
.venv/bin/flask --app run scoring sweep-files
