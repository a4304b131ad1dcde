# shellcheck shell=sh
# Read by the scripts beside it: goes to the root of the repository, and says what is missing and what to do about it.
cd "$(dirname "$0")/../.."

fail() {
    echo "deploy/ci/${0##*/}: $1" >&2
    exit 1
}

need_program() { # name, where it comes from
    command -v "$1" > /dev/null 2>&1 || fail "there is no $1 on PATH; $2. deploy/ci/image/Dockerfile says the version"
}

need_variable() { # name, what it is
    eval "[ -n \"\${$1:-}\" ]" || fail "$1 is not set; it is $2"
}

need_file() { # file, what makes it
    [ -e "$1" ] || fail "$1 is not there; $2"
}
