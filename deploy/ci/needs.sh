# shellcheck shell=sh
# Sourced by the other scripts in this folder. Changes to the root of the repository, and defines checks with messages.
cd "$(dirname "$0")/../.." || exit

fail() {
    echo "deploy/ci/${0##*/}: $1" >&2
    exit 1
}

need_program() { # name, how to install it
    command -v "$1" > /dev/null 2>&1 || fail "$1 is not on PATH; $2. deploy/ci/image/Dockerfile has the version"
}

need_variable() { # name, description
    eval "[ -n \"\${$1:-}\" ]" || fail "$1 is not set; it is $2"
}

need_packages() { # variable that can name a Python with the packages, folder of the virtual environment, file of packages
    eval "[ -z \"\${$1:-}\" ]" || return 0
    need_program python3 "install Python 3.9 or newer with its venv module, or set $1"
    [ -x "$2/bin/pip" ] || python3 -m venv "$2" ||
        fail "python3 cannot create a virtual environment; install its venv module, or set $1"
    "$2/bin/pip" install -q -r "$3"
    eval "$1=$PWD/$2/bin/python"
}

need_file() { # file, how to create it
    [ -e "$1" ] || fail "$1 does not exist; $2"
}

need_images() { # from the environment, or from the file that deploy/ci/push writes
    if [ -z "${GATEWAY_IMAGE:-}" ] && [ -e target/images/images.env ]; then
        # shellcheck source=/dev/null
        . ./target/images/images.env
    fi
    need_variable GATEWAY_IMAGE "the Gateway's image with its digest, which deploy/ci/push prints"
    need_variable BROKER_IMAGE "the Broker's image with its digest, which deploy/ci/push prints"
    for image in "$GATEWAY_IMAGE" "$BROKER_IMAGE"; do
        case $image in
            *@sha256:*) ;;
            *) fail "$image has no digest. A tag can change: name the image by digest" ;;
        esac
    done
}

log_in() { # crane or cosign, registry. Uses a temporary folder, so that no login stays on the machine
    user=${REGISTRY_USER:-${CI_REGISTRY_USER:-}}
    password=${REGISTRY_PASSWORD:-${CI_REGISTRY_PASSWORD:-}}
    [ -n "$user" ] || return 0
    DOCKER_CONFIG=$(mktemp -d)
    export DOCKER_CONFIG
    trap 'rm -rf "$DOCKER_CONFIG"' EXIT
    case $1 in
        crane) printf %s "$password" | crane auth login "$2" -u "$user" --password-stdin ;;
        cosign) printf %s "$password" | cosign login "$2" -u "$user" --password-stdin ;;
    esac
}
