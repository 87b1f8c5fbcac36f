#!/bin/sh
# Install Debian packages without letting any of their stock services start. Run as root: install-packages.sh PACKAGE…
# or, for what it takes to build the source package in FOLDER: install-packages.sh --build-of FOLDER
# Services that were here before us are left alone.
set -eu

ours=''
cleanup() {
    for file in $ours; do rm -f "$file"; done
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM

# No PostgreSQL cluster of the machine's own (the drop-in folder, not the file that Debian manages).
drop_in=/etc/postgresql-common/createcluster.d/visio.conf
mkdir -p "$(dirname "$drop_in")"
[ -e "$drop_in" ] || { ours="$ours $drop_in"; echo 'create_main_cluster = false' > "$drop_in"; }

# Nothing starts while packages are configured.
policy=/usr/sbin/policy-rc.d
[ -e "$policy" ] || { ours="$ours $policy"; printf '#!/bin/sh\nexit 101\n' > "$policy"; chmod 755 "$policy"; }

# Nor at the next boot: what `systemctl mask` does, before the package arrives, and without a running systemd.
# Stock Janus would listen on every address, as root, without a secret; stock coturn would relay for anybody.
mkdir -p /etc/systemd/system
for package in "$@"; do
    case $package in
        coturn | janus | redis-server) unit=/etc/systemd/system/$package.service ;;
        *) continue ;;
    esac
    [ -e "$unit" ] || [ -L "$unit" ] || ln -s /dev/null "$unit"
done

export DEBIAN_FRONTEND=noninteractive
# A third-party source of the machine's may fail: only the installation itself counts.
apt-get update || echo 'apt-get update failed in part: going on'
case $1 in
    --build-of) apt-get build-dep -y --no-install-recommends --arch-only -o APT::Get::Build-Dep-Automatic=true "$2" ;;
    *) apt-get install -y --no-install-recommends "$@" ;;
esac
