# Sourced by ./run and ./test (POSIX sh): finds what is missing on a Debian or Ubuntu, installs it by apt, and
# makes the Python environment and fetches the page's parts from lock files. Needs HERE, the checkout. A machine without
# apt is only looked at.

say() { # say VI EN: one line in each of the two languages of the house
    printf '%s\n%s\n' "$1" "$2" >&2
}

die() {
    say "$@"
    exit 1
}

# ---- what is there ------------------------------------------------------------------------------------------------

has_tesseract() { command -v tesseract >/dev/null 2>&1; }
has_language() { tesseract --list-langs 2>/dev/null | grep -qx "$1"; }
has_dejavu() { [ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ]; }

has_faketime() {
    for library in /usr/lib/*/faketime/libfaketimeMT.so.1; do
        [ -e "$library" ] && return 0
    done
    return 1
}

has_office_fonts() {
    # Liberation 1.x has no Vietnamese letters; 2.x lies in liberation2/, in newer releases in liberation/.
    [ -e /usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf ] && return 0
    [ -e /usr/share/fonts/truetype/croscore/Tinos-Regular.ttf ] && return 0
    case $(dpkg-query -W -f '${db:Status-Status} ${Version}' fonts-liberation 2>/dev/null) in
        "installed 1:1."*) return 1 ;;
        "installed "*) return 0 ;;
        *) return 1 ;;
    esac
}

usable_python() { # usable_python PROGRAM: 3.11 or later, able to make environments
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() { # sets PYTHON; the system's own python3 first, as security updates come to that one
    for PYTHON in ${TANGTHU_PYTHON:+"$TANGTHU_PYTHON"} python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
        usable_python "$PYTHON" && return 0
    done
    PYTHON=
    return 1
}

# Sets TANGTHU_TEST_CHROMIUM. Ubuntu's chromium-browser is only a door to a snap, so each is tried; Debian's shell
# without a window is the same browser and opens a tab in a third of the time.
find_chromium() {
    for TANGTHU_TEST_CHROMIUM in ${TANGTHU_TEST_CHROMIUM:+"$TANGTHU_TEST_CHROMIUM"} \
        chromium-headless-shell chromium google-chrome google-chrome-stable chromium-browser; do
        TANGTHU_TEST_CHROMIUM=$(command -v "$TANGTHU_TEST_CHROMIUM" 2>/dev/null) || continue
        "$TANGTHU_TEST_CHROMIUM" --version >/dev/null 2>&1 || continue
        export TANGTHU_TEST_CHROMIUM
        return 0
    done
    unset TANGTHU_TEST_CHROMIUM
    return 1
}

has_chromium_shell() { # or it can't be had for nothing: it is only a wish, another Chromium does; asked before that is looked for
    command -v chromium-headless-shell >/dev/null 2>&1 && return 0
    [ -z "${APT_TRIED:-}${TANGTHU_TEST_CHROMIUM:-}" ] || return 0
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null || return 0
    [ -z "$(candidate_of chromium-headless-shell)" ]
}

is_jdk_21() { # is_jdk_21 JAVA_HOME
    [ -x "$1/bin/java" ] || return 1
    release=$("$1/bin/java" -XshowSettings:properties -version 2>&1 |
        sed -n 's/^ *java\.specification\.version = \([0-9]*\).*/\1/p')
    [ "${release:-0}" -ge 21 ]
}

find_jdk() { # sets JAVA_HOME
    for home in ${JAVA_HOME:+"$JAVA_HOME"} /usr/lib/jvm/*; do
        is_jdk_21 "$home" || continue
        JAVA_HOME=$home
        export JAVA_HOME
        return 0
    done
    return 1
}

has_elasticsearch_given() { [ -n "${TANGTHU_TEST_ELASTICSEARCH_URL:-}" ]; }
has_maven() { has_elasticsearch_given || command -v mvn >/dev/null 2>&1; }
has_jdk() { has_elasticsearch_given || find_jdk; }
has_nginx() { command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ]; }
# There, or not to be had here: some releases have no package of it, and its test is passed over then.
has_caddy() { command -v caddy >/dev/null 2>&1 || [ -z "$(candidate_of caddy)" ]; }
has_bubblewrap() { command -v bwrap >/dev/null 2>&1; }
has_libreoffice() { command -v soffice >/dev/null 2>&1; }
has_node() { # 18 or later, with npm
    command -v npm >/dev/null 2>&1 && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' >/dev/null 2>&1
}

has_npm() { command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1; }
has_poppler() { command -v pdftotext >/dev/null 2>&1; }
has_strace() { command -v strace >/dev/null 2>&1; }

has_postgresql() {
    for program in /usr/lib/postgresql/*/bin/postgres; do
        [ -x "$program" ] && return 0
    done
    command -v postgres >/dev/null 2>&1
}

# ---- what each needs: "NAME CHECK [ARGUMENT]" to ask, packages by preference, what to tell when it can't be had -----

check_of() {
    case $1 in
        python) find_python ;;
        tesseract) has_tesseract ;;
        vietnamese) has_language vie ;;
        orientation) has_language osd ;;
        office-fonts) has_office_fonts ;;
        dejavu) has_dejavu ;;
        faketime) has_faketime ;;
        chromium) find_chromium ;;
        chromium-shell) has_chromium_shell ;;
        maven) has_maven ;;
        jdk) has_jdk ;;
        libreoffice) has_libreoffice ;;
        node) has_node ;;
        poppler) has_poppler ;;
        strace) has_strace ;;
        bubblewrap) has_bubblewrap ;;
        npm) has_npm ;;
        postgresql) has_postgresql ;;
        nginx) has_nginx ;;
        caddy) has_caddy ;;
    esac
}

packages_of() { # one choice a line, in order of preference
    case $1 in
        python)
            python_release_of python3 && echo "python3 python3-venv"
            for version in 3.13 3.12 3.11; do echo "python$version python$version-venv"; done
            ;;
        tesseract) echo tesseract-ocr ;;
        vietnamese) echo tesseract-ocr-vie ;;
        orientation) echo tesseract-ocr-osd ;;
        office-fonts) printf '%s\n' fonts-liberation2 fonts-croscore fonts-liberation ;;
        dejavu) echo fonts-dejavu-core ;;
        faketime) echo faketime ;;
        chromium | chromium-shell) printf '%s\n' chromium-headless-shell chromium ;;
        maven) echo maven ;;
        jdk) printf '%s\n' openjdk-21-jdk-headless openjdk-25-jdk-headless ;;
        libreoffice) echo "libreoffice-writer-nogui libreoffice-calc-nogui" ;;
        node) echo "nodejs npm" ;;
        poppler) echo poppler-utils ;;
        strace) echo strace ;;
        bubblewrap) echo bubblewrap ;;
        npm) echo "nodejs npm" ;;
        postgresql) echo postgresql ;;
        nginx) echo nginx ;;
        caddy) echo caddy ;;
    esac
}

tell() {
    case $1 in
        python) say "Thiếu Python 3.11 trở lên: cần Debian 12, Ubuntu 22.04 trở lên, hoặc đặt TANGTHU_PYTHON=đường/dẫn." \
            "Python 3.11 or later is missing: Debian 12, Ubuntu 22.04 or later is needed, or set TANGTHU_PYTHON=path." ;;
        tesseract) say "Thiếu Tesseract: cài gói tesseract-ocr." "Tesseract is missing: install the package tesseract-ocr." ;;
        vietnamese) say "Thiếu dữ liệu tiếng Việt của Tesseract: cài gói tesseract-ocr-vie." \
            "Tesseract's Vietnamese is missing: install the package tesseract-ocr-vie." ;;
        orientation) say "Thiếu dữ liệu hướng trang của Tesseract: cài gói tesseract-ocr-osd." \
            "Tesseract's orientation data is missing: install the package tesseract-ocr-osd." ;;
        office-fonts) say "Thiếu phông chữ có dấu tiếng Việt: cài gói fonts-liberation2 hoặc fonts-croscore." \
            "Fonts with Vietnamese letters are missing: install fonts-liberation2 or fonts-croscore." ;;
        dejavu) say "Thiếu phông chữ DejaVu: cài gói fonts-dejavu-core." "The DejaVu fonts are missing: install fonts-dejavu-core." ;;
        faketime) say "Thiếu faketime: cài gói faketime." "faketime is missing: install the package faketime." ;;
        chromium) say "Thiếu Chromium chạy được (bản snap thì không): cài chromium hoặc google-chrome, hoặc đặt TANGTHU_TEST_CHROMIUM=đường/dẫn." \
            "A Chromium that runs is missing (a snap does not do): install chromium or google-chrome, or set TANGTHU_TEST_CHROMIUM=path." ;;
        maven) say "Thiếu Maven: cài gói maven, hoặc đặt TANGTHU_TEST_ELASTICSEARCH_URL." \
            "Maven is missing: install the package maven, or set TANGTHU_TEST_ELASTICSEARCH_URL." ;;
        jdk) say "Thiếu JDK 21 trở lên: cài openjdk-21-jdk-headless (Debian 12: Eclipse Temurin 21) hoặc đặt JAVA_HOME, TANGTHU_TEST_ELASTICSEARCH_URL." \
            "A JDK of 21 or later is missing: install openjdk-21-jdk-headless (Debian 12: Eclipse Temurin 21), or set JAVA_HOME or TANGTHU_TEST_ELASTICSEARCH_URL." ;;
        libreoffice) say "Thiếu LibreOffice (đọc .doc, .xls): cài gói libreoffice-writer-nogui libreoffice-calc-nogui." \
            "LibreOffice, which reads .doc and .xls, is missing: install libreoffice-writer-nogui libreoffice-calc-nogui." ;;
        node) say "Thiếu Node.js 18 trở lên hoặc npm (máy chủ đăng nhập để kiểm thử): cài gói nodejs npm." \
            "Node.js of 18 or later, which runs the tests' sign-in provider, or npm is missing: install the packages nodejs npm." ;;
        poppler) say "Thiếu Poppler (đọc lại PDF do tàng thư tạo): cài gói poppler-utils." "Poppler, by which tests read the PDFs that we make, is missing: install the package poppler-utils." ;;
        strace) say "Thiếu strace: cài gói strace." "strace is missing: install the package strace." ;;
        bubblewrap) say "Thiếu bubblewrap (cách ly tiến trình đọc tệp): cài gói bubblewrap." "bubblewrap, which shuts in the processes that read files, is missing: install the package bubblewrap." ;;
        npm) say "Thiếu npm (tải phần phóng sâu ảnh quét): cài gói npm. Trang vẫn dùng được, với ảnh thường." \
            "npm, which fetches what zooms deep into scans, is missing: install the package npm. Pages work without, with plain images." ;;
        nginx) say "Thiếu nginx (thử tệp docs/proxy/nginx.conf): cài gói nginx." "nginx, which docs/proxy/nginx.conf is tried with, is missing: install the package nginx." ;;
        caddy) say "Thiếu Caddy (thử tệp docs/proxy/Caddyfile): cài gói caddy." "Caddy, which docs/proxy/Caddyfile is tried with, is missing: install the package caddy." ;;
        postgresql) say "Thiếu máy chủ PostgreSQL: cài gói postgresql." "The PostgreSQL server is missing: install the package postgresql." ;;
    esac
}

# ---- apt ----------------------------------------------------------------------------------------------------------

candidate_of() { # the version that apt would install, nothing where there is none
    apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: *//p' | grep -v '^(none)$'
}

python_release_of() { # whether apt's package of this name is Python 3.11 or later
    minor=$(candidate_of "$1" | sed -n 's/^3\.\([0-9]*\)\..*/\1/p')
    [ "${minor:-0}" -ge 11 ]
}

choice_of() { # the first choice of which apt has every package
    packages_of "$1" | while read -r packages; do
        for package in $packages; do
            [ -n "$(candidate_of "$package")" ] || continue 2
        done
        echo "$packages"
        break
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" >&2
}

install_by_apt() { # install_by_apt NAME…
    if ! command -v apt-get >/dev/null 2>&1; then
        return 1
    elif [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null 2>&1; then
        say "Cần quyền quản trị (root hoặc sudo) để cài phần còn thiếu." "Installing what is missing needs root or sudo."
        return 1
    fi
    say "Cài phần còn thiếu bằng apt: $*" "Installing what is missing by apt: $*"
    as_root apt-get update -q -o DPkg::Lock::Timeout=300 >&2 || true
    packages=
    for name in "$@"; do packages="$packages $(choice_of "$name" | tr '\n' ' ')"; done
    # shellcheck disable=SC2086  # a list of words
    set -- $packages
    [ $# -gt 0 ] || return 1
    # One package that fails must not keep the others out.
    apt_install "$@" || for package in "$@"; do apt_install "$package" || true; done
}

missing_of() { # missing_of NAME…: those that are not there, on one line
    absent=
    for name in "$@"; do check_of "$name" || absent="$absent $name"; done
    echo "$absent"
}

# ensure NAME…: installs what is missing; sets MISSING to what could not be had, after saying what to install.
ensure() {
    MISSING=$(missing_of "$@")
    [ -n "$MISSING" ] || return 0
    # shellcheck disable=SC2086  # a list of words
    install_by_apt $MISSING || true
    APT_TRIED=1
    # shellcheck disable=SC2086
    MISSING=$(missing_of $MISSING)
    for name in $MISSING; do tell "$name"; done
}

# ---- the Python environment ---------------------------------------------------------------------------------------

environment_key() { # environment_key LOCK: the same for the same lock and the same Python
    { cat "$HERE/scripts/pip.lock" "$1" && "$PYTHON" -c 'import sys; print(sys.version, sys.base_prefix)'; } | sha256sum | cut -c1-12
}

fill_environment() { # fill_environment LOCK; called with the lock file held on descriptor 9
    [ ! -e "$ENVIRONMENT/.complete" ] || return 0 # another one has just made it
    say "Lập môi trường Python (lần đầu mất vài phút)…" "Making the Python environment (a few minutes the first time)…"
    rm -rf "$ENVIRONMENT"
    "$PYTHON" -m venv "$ENVIRONMENT" || return 1
    for lock in "$HERE/scripts/pip.lock" "$1"; do
        "$ENVIRONMENT_PYTHON" -m pip install --quiet --disable-pip-version-check --no-input \
            --require-hashes --only-binary :all: -r "$lock" >&2 || return 1
    done
    # Written last: without it the next start makes the environment anew.
    : >"$ENVIRONMENT/.complete"
}

# make_environment LOCK: sets ENVIRONMENT and ENVIRONMENT_PYTHON. Lies outside the checkout, one for each lock and Python.
make_environment() {
    cache=${TANGTHU_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tangthu}
    ENVIRONMENT=$cache/venv-$(environment_key "$1")
    ENVIRONMENT_PYTHON=$ENVIRONMENT/bin/python
    [ -e "$ENVIRONMENT/.complete" ] && [ -x "$ENVIRONMENT_PYTHON" ] && return 0
    mkdir -p "$cache"
    # flock, not a lock folder: the kernel lets go of it when its holder dies, so that it is never stale.
    (flock 9 && { fill_environment "$1" || { rm -rf "$ENVIRONMENT" && false; }; }) 9>"$ENVIRONMENT.lock" ||
        die "Không lập được môi trường Python (xem các dòng trên)." "The Python environment could not be made (see above)."
}

# The checkout itself is on the path, so that there is nothing to install of ours.
use_environment() {
    PYTHONPATH=$HERE${PYTHONPATH:+:$PYTHONPATH}
    PYTHONUTF8=1
    PYTHONNOUSERSITE=1
    export PYTHONPATH PYTHONUTF8 PYTHONNOUSERSITE
}

# ---- the page's parts ---------------------------------------------------------------------------------------------

fill_page_parts() { # fill_page_parts FOLDER [OPTION…]; called with the lock file held on descriptor 9
    folder=$1
    shift
    [ ! -e "$folder/.complete" ] || return 0
    rm -rf "$folder" && mkdir -p "$folder" || return 1
    cp "$HERE/search_api/web/parts/package.json" "$HERE/search_api/web/parts/package-lock.json" "$folder/" || return 1
    # No script of a package runs here; their digests stand in the lock file.
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error \
        --fetch-retries=1 --fetch-timeout=30000 "$@") >&2 || return 1
    : >"$folder/.complete"
}

# make_page_parts [OPTION…]: sets PAGE_PARTS to the folder of the packages, outside the checkout, one for each lock file;
# empty where they cannot be had. The options go to npm ci.
make_page_parts() {
    cache=${TANGTHU_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tangthu}
    key=$({ cat "$HERE/search_api/web/parts/package-lock.json" && echo "$*"; } | sha256sum | cut -c1-12)
    PAGE_PARTS=$cache/page-parts-$key/node_modules
    [ ! -e "$cache/page-parts-$key/.complete" ] || return 0
    mkdir -p "$cache"
    has_npm && (flock 9 && fill_page_parts "$cache/page-parts-$key" "$@") 9>"$cache/page-parts-$key.lock" && return 0
    PAGE_PARTS=
    return 1
}
