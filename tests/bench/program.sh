# What benchmarks that are one program of C have in common; read by them.
# usage: bench-NAME [--quick] [--report FILE]
name=bench_${0##*/bench-}
report=/dev/null
while [ $# -gt 0 ]; do
	case $1 in
	--report) report=$2; shift ;;
	--quick) ;;
	*) echo "usage: ${0##*/} [--quick] [--report FILE]" >&2; exit 2 ;;
	esac
	shift
done
make -s -C "${CALCONN_BUILD:?}" "tests/bench/$name" || exit 2
table=$("$CALCONN_BUILD/tests/bench/$name" 2>&1)
rc=$?
printf '%s\n' "$table" | tee "$report"
exit $rc
