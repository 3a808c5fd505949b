# shellcheck shell=bash
# quickstart.sh - the steps of ../quickstart.  Uses its variables:
#   top (checkout), build, link (run/ as one sees it), blank, lab, logs.
# Sets run (where run/ really is), started_by (uid whom the run belongs to).

user_web=calconn-web user_engine=calconn-engine
user_net=calconn-net user_manager=calconn-manager
group_store=calconn
web_user=www-data
admin=admin

say() { printf '%s\n' "$*"; }

# step TITLE ADVICE FUNCTION: runs it with its output in a log, shows how
# long it takes and what it is at.
step()
{
	local title=$1 advice=$2 fn=$3 start now log pid rc line shown=0
	log=$logs/step-$fn.log
	start=$(date +%s)
	( set -e; "$fn" ) >"$log" 2>&1 </dev/null &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		now=$(($(date +%s) - start))
		if [ -t 1 ]; then
			line=$(tail -n 1 "$log" | tr -d '\r' |
			    LC_ALL=C tr -c '[:print:]\n' ' ' | cut -c 1-48)
			printf '\r\033[K%-24s %3d s  %s' "$title" "$now" "$line"
		elif [ "$now" -ge $((shown + 10)) ]; then
			shown=$now
			say "$title: $now s: $(tail -n 1 "$log" | cut -c 1-60)"
		fi
		sleep 0.2
	done
	wait "$pid"
	rc=$?
	now=$(($(date +%s) - start))
	[ -t 1 ] && printf '\r\033[K'
	if [ $rc -eq 0 ]; then
		printf '%-24s done, %d s\n' "$title" "$now"
		return 0
	fi
	printf '%-24s FAILED after %d s\n\n' "$title" "$now"
	tail -n 15 "$log" | sed 's/^/  /'
	printf '\nWhat to do: %s\nLog: %s\n' "$advice" "$log"
	exit 1
}

# Continues as root with the given arguments, where that is not so yet.
become_root()
{
	[ "$(id -u)" -ne 0 ] || return 0
	if command -v sudo >/dev/null 2>&1; then
		exec sudo ${CALCONN_BUILD:+CALCONN_BUILD="$CALCONN_BUILD"} \
		    "$top/quickstart" "$@"
	fi
	say "quickstart: run this as root, or install sudo" >&2
	exit 1
}

# -- where run/ is ----------------------------------------------------------

# Others can go through each folder of a path.
is_open()
{
	local d=$1
	while [ "$d" != / ]; do
		[ ! -d "$d" ] || [ $((0$(stat -c %a "$d") & 1)) -eq 1 ] ||
		    return 1
		d=$(dirname "$d")
	done
}

# The accounts of the product must be able to reach run/, and a socket's path
# has room for 107 bytes.  Where a folder above it is closed to them, or the
# path is long, it is a link to a place that is open and near the root.
place_run()
{
	local hash
	started_by=${SUDO_UID:-0}
	if [ -L "$link" ]; then
		run=$(readlink -f "$link")
		[ -n "$run" ] || { say "$link leads nowhere: remove it" >&2; exit 1; }
	elif is_open "$(dirname "$link")" && [ ${#link} -le 80 ]; then
		run=$link
	else
		hash=$(printf '%s' "$link" | sha256sum | cut -c 1-8)
		run=/var/lib/calconn-quickstart-$hash
		[ "$1" = look ] || ln -s "$run" "$link"
	fi
	[ "$1" = look ] && return 0
	[ -e "$run/.quickstart" ] || [ -z "$(ls -A "$run" 2>/dev/null)" ] || {
		say "$run is not a folder of quickstart: move it away" >&2
		exit 1
	}
	stop_all || exit 1
	rm -rf "${run:?}"
	mkdir -p -m 755 "$run" "$run/log" "$run/pids" || exit 1
	: >"$run/.quickstart"
}

# -- processes --------------------------------------------------------------

# Ticks since boot at which a process began: with its id, its name for ever.
birth()
{
	sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

remember_pid() { say "$2 $(birth "$2")" >"$run/pids/$1"; }

is_alive()
{
	local pid born
	[ -r "$run/pids/$1" ] || return 1
	read -r pid born <"$run/pids/$1"
	[ -n "$born" ] && [ "$(birth "$pid")" = "$born" ]
}

pid_of() { cut -d ' ' -f 1 "$run/pids/$1" 2>/dev/null || true; }

# TERM, and KILL after 5 s; only if it is still the one that was started.
stop_one()
{
	local i
	is_alive "$1" || { rm -f "$run/pids/$1"; return 0; }
	kill -TERM "$(pid_of "$1")" 2>/dev/null
	for i in $(seq 100); do
		is_alive "$1" || break
		[ "$i" -ne 100 ] || kill -KILL "$(pid_of "$1")" 2>/dev/null
		sleep 0.05
	done
	rm -f "$run/pids/$1"
}

# A supervisor that was killed has a successor, which the manager started.
find_supervisor()
{
	local pid
	is_alive managerd && return 0
	[ -x "$run/ctl" ] || return 0
	pid=$("$run/ctl" --json status 2>/dev/null | jq -r \
	    '.processes[] | select(.program == "calconn-supervise") | .pid')
	[ -z "$pid" ] || remember_pid managerd "$pid"
}

stop_all()
{
	[ -e "$run/.quickstart" ] || return 0
	stop_one lighttpd
	find_supervisor
	stop_one managerd
	if [ -e "$run/lab" ]; then
		"$top/tests/lab/lab" stop --dir "$run/lab" \
		    >>"$run/log/lab.log" 2>&1 ||
		    { say "the lab does not stop: see $run/log/lab.log" >&2
		      return 1; }
	fi
	rm -f "$run/quickstart.json"
}

# -- steps ------------------------------------------------------------------

install_packages()
{
	local lists="build run"
	[ "$lab" = no ] || lists="$lists lab"
	# shellcheck disable=SC2086 # words
	"$top/pkg/install-deps" $lists
}

build_programs()
{
	mkdir -p "$build"
	if [ ! -x "$top/configure" ]; then
		( cd "$top" && autoreconf -fi )
	fi
	if [ ! -e "$build/config.status" ]; then
		( cd "$build" && "$top/configure" --prefix=/usr )
	fi
	make -C "$build" -j"$(nproc)"
}

# Where the programs are that run, and the folder of both databases.
make_names()
{
	app=$run/app data=$run
	[ "$bundle" = no ] || app=$run/all/current data=$app/data
}

make_place()
{
	local how=install
	[ "$bundle" = no ] || how=install-strip
	make -C "$build" -s "$how" prefix="$run/app"
	mkdir -p -m 755 "$run/etc" "$run/keys" "$run/tls" "$run/cache" \
	    "$run/sock" "$run/config" "$run/state" "$run/upload"
	cat >"$run/ctl" <<END
#!/bin/sh
# calconnctl for the run in $run
set -- "$app/bin/calconnctl" -c "$run/etc/calconn.conf" "\$@"
[ "\$(id -u)" -eq 0 ] || set -- sudo "\$@"
exec "\$@"
END
	chmod 755 "$run/ctl"
}

# What systemd-sysusers does, for hosts without it.
make_accounts()
{
	local kind name of _rest
	while read -r kind name of _rest; do
		case $kind in
		g)
			getent group "$name" >/dev/null ||
			    groupadd --system "$name"
			;;
		u)
			getent passwd "$name" >/dev/null ||
			    useradd --system --user-group --no-create-home \
			    --home-dir /nonexistent \
			    --shell /usr/sbin/nologin "$name"
			;;
		m)
			id -nG "$name" | tr ' ' '\n' | grep -qxF "$of" ||
			    usermod -a -G "$of" "$name"
			;;
		esac
	done <"$top/pkg/service-files/calconn.sysusers"
	chown "$user_web:$group_store" "$run/config" "$run/upload"
	chmod 700 "$run/upload"
	chown "$user_engine:$group_store" "$run/state"
	chmod 2750 "$run/config" "$run/state"
	chown "$user_manager:$group_store" "$run/sock"
	chown "$user_manager" "$run/keys"
	chown "$user_manager:$group_store" "$run/log"
	chmod 2755 "$run/log"
	: >"$run/log/lighttpd.log"
	: >"$run/log/access.log"
	chown "$web_user" "$run/cache" "$run/log/lighttpd.log" \
	    "$run/log/access.log"
	chmod 700 "$run/cache"
}

is_free_port()
{
	! ss -Hltn "sport = :$1" | grep -q .
}

next_port() # from
{
	local port=$1
	while ! is_free_port "$port"; do
		port=$((port + 1))
	done
	say "$port"
}

make_certificate()
{
	local name
	name=$(hostname)
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
	    -nodes -days 397 -keyout "$run/tls/ca.key" -out "$run/tls/ca.pem" \
	    -subj '/CN=calconn quickstart CA' \
	    -addext basicConstraints=critical,CA:TRUE \
	    -addext keyUsage=critical,keyCertSign,cRLSign
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
	    -nodes -keyout "$run/tls/ui.key" -out "$run/tls/ui.csr" -subj '/CN=localhost'
	openssl x509 -req -in "$run/tls/ui.csr" -CA "$run/tls/ca.pem" \
	    -CAkey "$run/tls/ca.key" -CAcreateserial -days 397 \
	    -out "$run/tls/ui.pem" -extfile <(
		say "subjectAltName=DNS:localhost,DNS:$name,IP:127.0.0.1,IP:::1"
		say "extendedKeyUsage=serverAuth"
		# Where somebody says that there is a list (the scan does).
		[ -z "${QUICKSTART_CRL_URL:-}" ] ||
		    say "crlDistributionPoints=URI:$QUICKSTART_CRL_URL")
	chmod 600 "$run/tls/"*.key
}

# Fills @NAME@ from NAME=value words.
fill()
{
	local pair
	local -a edits=()
	for pair in "$@"; do
		edits+=(-e "s|@${pair%%=*}@|${pair#*=}|g")
	done
	sed "${edits[@]}"
}

start_web_server()
{
	local https=8443 http=8080 try
	make_certificate
	# Another start may take the port between the look and the bind.
	for try in 1 2 3 4 5; do
		https=$(next_port "$https")
		http=$(next_port "$http")
		ui_origin=https://localhost:$https
		fill ADDRESS=127.0.0.1 HTTPS_PORT="$https" HTTP_PORT="$http" \
		    SERVER_USER="server.username = \"$web_user\"" \
		    RUN_DIR="$run" LOG_DIR="$run/log" TLS_DIR="$run/tls" \
		    STATIC_ROOT="$run/app/share/calconn" \
		    CACHE_DIR="$run/cache" UI_ORIGIN="$ui_origin" \
		    FCGI_SOCKET="$run/sock/fcgi.sock" \
		    <"$top/pkg/service-files/lighttpd.conf.in" \
		    >"$run/etc/lighttpd.conf"
		setsid lighttpd -D -f "$run/etc/lighttpd.conf" \
		    </dev/null >>"$run/log/lighttpd.log" 2>&1 &
		remember_pid lighttpd $!
		while is_alive lighttpd; do
			if is_listening "$https" "$(pid_of lighttpd)"; then
				say "$ui_origin" >"$run/etc/ui_origin"
				return 0
			fi
			sleep 0.1
		done
	done
	return 1
}

is_listening() # PORT PID
{
	ss -Hltnp "sport = :$1" | grep -q "pid=$2,"
}

# wait_for TENTHS COMMAND...
wait_for()
{
	local n=$1
	shift
	while [ "$n" -gt 0 ]; do
		"$@" && return 0
		sleep 0.1
		n=$((n - 1))
	done
	return 1
}

ctl() { "$run/ctl" "$@"; }

# make_bundle VERSION: signed, of what was installed in run/app.
make_bundle()
{
	local tool=$run/app/sbin/calconn-pkg out=$run/$1.tlp
	[ -e "$run/etc/bundle.sec" ] ||
	    "$tool" key "$run/etc/bundle.pub" "$run/etc/bundle.sec"
	"$tool" build -V "$1" -p 12 -o "$out" "$run/app"
	"$tool" sign -s "$run/etc/bundle.sec" "$out"
}

install_first()
{
	make_bundle 1.0
	make_bundle 1.1
	"$run/app/sbin/calconn-pkg" -c "$run/etc/calconn.conf" install \
	    "$run/1.0.tlp"
}

make_store()
{
	local loopback=no syslog=/dev/log
	[ "$lab" = no ] || loopback=yes syslog=$run/syslog.sock
	cat >"$run/etc/calconn.conf" <<END
# Written by quickstart.
config_db = $data/config/config.db
state_db = $data/state/state.db
seal_pk = $run/keys/seal.pk
seal_sk = $run/keys/seal.sk
control_socket = $run/sock/control.sock
fcgi_socket = $run/sock/fcgi.sock
fcgi_group = $web_user
log_dir = $run/log
syslog_socket = $syslog
libexec_dir = $app/libexec/calconn
templates_dir = $app/share/calconn/templates
bundle_root = $run/all
bundle_keys = $run/etc/bundle.pub
upload_dir = $run/upload
system_name = $(hostname)
ui_origin = $(cat "$run/etc/ui_origin")
web_workers = 2
net_workers = 2
lab_loopback = $loopback
user_web = $user_web
user_engine = $user_engine
user_net = $user_net
user_manager = $user_manager
group_store = $group_store
END
	"$run/app/bin/calconnctl" -c "$run/etc/calconn.conf" keys create
	[ "$bundle" = no ] || install_first
	chown "$user_manager" "$run/keys/seal.sk"
	chmod 400 "$run/keys/seal.sk"
	chmod 444 "$run/keys/seal.pk"
	( umask 077; openssl rand -hex 10 >"$run/etc/admin_password" )
	ctl admin add "$admin" role=read-write must_change=no \
	    <"$run/etc/admin_password"
	chown "$user_web:$group_store" "$data/config/"*
}

start_lab()
{
	"$top/tests/lab/lab" start --dir "$run/lab"
}

lab_fact() { jq -r "$1" "$run/lab/lab.json"; }

start_product()
{
	local -a inside=()
	[ "$lab" = no ] || inside=(ip netns exec "$(lab_fact .netns)")
	setsid "${inside[@]}" "$app/sbin/calconn-managerd" --supervise \
	    -c "$run/etc/calconn.conf" </dev/null \
	    >>"$run/log/managerd.log" 2>&1 &
	remember_pid managerd $!
	wait_for 100 product_answers
	wait_for 100 pages_answer
}

product_answers() { is_alive managerd && ctl status >/dev/null; }

pages_answer()
{
	curl -sf --cacert "$run/tls/ca.pem" -o /dev/null \
	    "$(cat "$run/etc/ui_origin")/sign-in"
}

trust_lab()
{
	ctl ca add "$(lab_fact .ca_file)"
}

link_exchange()
{
	lab_fact .service_account.password |
	    ctl exchange add display_name="Lab Exchange" \
	    account="$(lab_fact .service_account.username)" \
	    ad_domain="$(lab_fact .ad_domain)" email="$(lab_mailbox 0)"
}

lab_mailbox() { lab_fact ".mailboxes[$1].address"; }

add_people()
{
	local i address name
	for i in 0 1 2; do
		address=$(lab_mailbox "$i")	# alice, bob, carol
		name=$(lab_fact ".mailboxes[$i].name")
		ctl users add "$address" name="$name" enabled=yes \
		    room_link="https://site.webex.example/meet/${address%@*}" \
		    room_number="26401000$i" \
		    room_video="${address%@*}@site.webex.example"
	done
}

enable_connector()
{
	ctl connector enable
	wait_for 300 all_subscribed
}

all_subscribed()
{
	[ "$(ctl users list --json |
	    jq '[.users[] | select(.state == "subscribed")] | length')" = 3 ]
}

people()
{
	/usr/bin/python3 "$top/tests/lab/people.py" --lab "$run/lab/lab.json" \
	    "$@"
}

# What the lab remembers of an item: each version with its body.
item_history()
{
	ip netns exec "$(lab_fact .netns)" curl -sfG \
	    --data-urlencode "id=$1" "$(lab_fact .control_url)/history"
}

make_meeting()
{
	local id
	id=$(people create --as alice --invite bob,carol --html \
	    --subject "Weekly review" --location "@webex" \
	    --body "<p>Agenda: the figures of the week.</p>")
	people wait-decorated --as alice --id "$id" --timeout 20
	item_history "$id" | jq --arg by "$(lab_fact \
	    .service_account.address)" '.[0].versions |
	    (map(.by == $by) | index(true)) as $n |
	    { before: .[$n - 1].body, after: .[$n].body,
	      seconds: (.[$n].time - .[$n - 1].time) }' >"$run/meeting.json"
}

# A body of HTML as lines of text.
as_text()
{
	sed -e 's/<br *\/*>/\n/g; s/<\/\(p\|div\|tr\|h[1-6]\)>/\n/g' |
	    sed -e 's/<[^>]*>//g; s/&nbsp;/ /g; s/&lt;/</g; s/&gt;/>/g' \
	    -e 's/&quot;/"/g; s/&amp;/\&/g; /^[[:space:]]*$/d; s/^/  | /'
}

show_meeting()
{
	say ""
	say "Alice typed @webex as the location.  The invitation before:"
	jq -r .before "$run/meeting.json" | as_text
	printf 'and after %.2f s:\n' "$(jq .seconds "$run/meeting.json")"
	jq -r .after "$run/meeting.json" | as_text
	say ""
}

# -- what was started -------------------------------------------------------

write_facts()
{
	local out=$run/quickstart.json labfacts='{}'
	[ "$lab" = no ] || labfacts=$(cat "$run/lab/lab.json")
	rm -f "$out"
	( umask 077; : >"$out" )
	jq -n --argjson lab "$labfacts" --arg run "$run" --arg data "$data" \
	    --arg url "$(cat "$run/etc/ui_origin")/" --arg admin "$admin" \
	    --rawfile password "$run/etc/admin_password" \
	    --argjson processes "$(ctl status --json)" \
	    --argjson lighttpd "$(pid_of lighttpd)" '{
		url: $url,
		ca_file: ($run + "/tls/ca.pem"),
		admin_user: $admin,
		admin_password: ($password | rtrimstr("\n")),
		ctl: ($run + "/ctl"),
		control_socket: ($run + "/sock/control.sock"),
		config_db: ($data + "/config/config.db"),
		state_db: ($data + "/state/state.db"),
		log_dir: ($run + "/log"),
		pids: ({ lighttpd: $lighttpd } +
		    (($processes.processes // []) | group_by(.program) |
		    map({ key: .[0].program, value: (map(.pid) |
			if length == 1 then .[0] else . end) }) |
		    from_entries)),
		lab: $lab }' >"$out"
	[ "$started_by" -eq 0 ] || chown "$started_by" "$out"
}

say_goodbye() # seconds
{
	write_facts
	say "Ready after $1 s."
	say ""
	say "  address    $(cat "$run/etc/ui_origin")/"
	say "  user       $admin"
	say "  password   $(cat "$run/etc/admin_password")"
	say ""
	say "The certificate is of a CA made for this run: $link/tls/ca.pem"
	say "Command line: $link/ctl status.  End it with ./quickstart --stop"
}
