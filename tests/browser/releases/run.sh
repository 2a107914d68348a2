#!/bin/sh
# A rolling update of the client: two builds, the second of changed sources, behind the nginx of
# ./run --distributed. Building the second takes a minute, and is done again only when sources change.
# --build-only stops before the tests.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
other=$root/build/second-release
command -v nginx >/dev/null || { echo "releases: nginx is missing; on Debian: apt-get install nginx-light" >&2; exit 1; }

"$root/client/build.sh"
mkdir -p "$other/build/client"
[ -e "$other/build/node" ] || { [ ! -d "$root/build/node" ] || ln -s "$root/build/node" "$other/build/node"; }
cp "$root/build/client/installed" "$other/build/client/installed"
# All but what the build makes; the packages as links, which costs nothing.
mkdir -p "$other/client"
find "$other/client" -mindepth 1 -maxdepth 1 ! -name .next ! -name node_modules -exec rm -rf {} +
(cd "$root/client" && tar -c --exclude=./node_modules --exclude=./.next .) | tar -x -C "$other/client"
rm -rf "$other/client/node_modules"
cp -al "$root/client/node_modules" "$other/client/node_modules"
# Another text on a page, another body of each action's file, other scripts.
sed -i 's/It is on the front page as soon as you press the button\./Second release./' \
  "$other/client/app/tickets/new/page.tsx"
grep -q 'Second release' "$other/client/app/tickets/new/page.tsx"
for actions in auth orders tickets; do
  sed -i '1a\
export async function ofSecondRelease() {}' "$other/client/app/$actions/actions.ts"
done
sed -i 's/"Reserving it for you…"/"Reserving it…"/' "$other/client/app/tickets/[ticketId]/buy-panel.tsx"
"$other/client/build.sh"

[ "${1:-}" != --build-only ] || exit 0
SECOND_CLIENT=$other/client
export SECOND_CLIENT
exec "$root/tests/browser/run.sh" releases/releases.test.ts
