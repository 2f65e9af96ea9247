#!/bin/sh
# prepare-apt.sh FILE : makes apt tell what post_inst.sh asks for.
#
# No package counts as asked for until it is asked for again: one that the step wants may be here already, for
# building. None of them goes away by itself. collect.sh takes this back.
set -eu
apt-mark showmanual | LC_ALL=C sort >"$1.asked"
xargs -r apt-mark auto <"$1.asked" >/dev/null
echo 'APT::NeverAutoRemove { ".*"; };' >/etc/apt/apt.conf.d/00cic-keep
