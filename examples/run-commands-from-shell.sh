#!/bin/sh
# Compresses files with an external command, all cores at once, then goes on only if all went well.
#
#   sh run-commands-from-shell.sh FOLDER
set -eu
folder=${1:?usage: run-commands-from-shell.sh FOLDER}
atonce=${ATONCE:-atonce}

# Names may hold spaces, quotes or line ends: they travel separated by NUL, and no shell reads them.
find "$folder" -name '*.txt' -print0 | sort -z |
  "$atonce" run -q --null --keep-order --tag --timeout 30s --retries 1 -- gzip -kf {}

# A second command for each file; --shell for the redirection. {.} is the item without its extension.
find "$folder" -name '*.gz' -print0 | sort -z |
  "$atonce" run -q --null --shell 'gzip -dc {} | wc -c > {.}.size'

echo "compressed $(find "$folder" -name '*.gz' -exec echo . ';' | grep -c .) files"
