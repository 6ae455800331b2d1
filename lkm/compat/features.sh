#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Detects the features of a kernel from its headers, and prints a C header:
#
#	HAVE_HOOK_<hook>		the hook exists in this kernel configuration
#	HOOK_ARGS_<hook>		its arguments, names included
#	HOOK_CALL_<hook>		the names of its arguments, as a list to call it with
#	HOOK_<hook>_HAS_<argument>	the hook has an argument of that name
#	HAVE_<fact>			see the end of this script
#
# usage: features.sh INCLUDE-FOLDER COMMAND...
#   INCLUDE-FOLDER is include/ of the kernel headers; COMMAND preprocesses standard input
#   for that kernel.
set -eu

include=$1
shift

echo '/* Made by lkm/compat/features.sh from the headers of the kernel. */'

# Put each LSM_HOOK(type, default, name, arguments...) on a separate line.
echo '#include <linux/lsm_hook_defs.h>' | "$@" |
tr '\n' ' ' | sed 's/LSM_HOOK(/\nLSM_HOOK(/g' | awk '
/^LSM_HOOK\(/ {
	sub(/^LSM_HOOK\(/, "")
	sub(/\)[^)]*$/, "")
	gsub(/[ \t]+/, " ")
	count = split($0, part, /, ?/)
	name = part[3]
	args = call = ""
	printf "#define HAVE_HOOK_%s 1\n", name
	hooks++
	for (i = 4; i <= count; i++) {
		args = args (i > 4 ? ", " : "") part[i]
		argument = part[i]
		sub(/^.*[ *]/, "", argument)
		call = call (i > 4 ? ", " : "") argument
		if (argument != "void")
			printf "#define HOOK_%s_HAS_%s 1\n", name, argument
	}
	printf "#define HOOK_ARGS_%s %s\n", name, args
	printf "#define HOOK_CALL_%s %s\n", name, call
}
END { exit !hooks }'

# fact NAME HEADER PATTERN: defines HAVE_NAME if PATTERN matches HEADER, read as one line.
fact()
{
	if tr '\n' ' ' <"$include/$2" 2>/dev/null | grep -Eq "$3"; then
		echo "#define HAVE_$1 1"
	fi
}

# get_user_pages_remote() fills an array of VMAs.
fact GUP_VMAS linux/mm.h \
	'long get_user_pages_remote\([^;]*struct vm_area_struct \*\*vmas'
# The table of LSM hooks consists of static calls, not of lists.
fact STATIC_CALLS_TABLE linux/lsm_hooks.h 'struct lsm_static_call \{'
# A hook entry names its LSM in a structure.
fact LSM_ID linux/lsm_hooks.h 'struct security_hook_list \{[^}]*lsmid'
# File system types are in a struct hlist_head.
fact FS_TYPE_LIST linux/fs.h 'struct file_system_type \{[^}]*struct hlist_node list;'
# ftrace disables preemption around functions, unless they have this flag.
fact FTRACE_RECURSION_SAFE linux/ftrace.h 'FTRACE_OPS_FL_RECURSION_SAFE\b'
# ftrace passes registers in a structure of its own.
fact FTRACE_REGS linux/ftrace.h 'struct ftrace_regs \*'
# Mounts map user IDs.
fact MNT_USERNS linux/fs.h 'int generic_permission\(struct user_namespace \*'
fact MNT_IDMAP linux/fs.h 'int generic_permission\(struct mnt_idmap \*'
# The tracepoint of an exit says whether the thread is the last one of its process.
fact EXIT_GROUP_DEAD trace/events/sched.h \
	'TRACE_EVENT\(sched_process_exit,[^)]*bool group_dead'
