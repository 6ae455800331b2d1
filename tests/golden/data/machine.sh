# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# For the cases of "ashiato doctor": a fake root directory of a machine without problems.
#
#	machine			creates it in $M
#	module VERSION [SIGNER]	creates the module's file
#	put FILE TEXT		writes a file below $M
#	secure_boot		enables Secure Boot and kernel lockdown
#	doctor TITLE		runs "ashiato doctor" on it

M=$TMP/machine
release=6.1.0-56-amd64
version=$(ashiato --version | cut -d' ' -f2)
export M

put()
{
	mkdir -p "$M/$(dirname "$1")"
	printf "$2\n" >"$M/$1"
}

module()
{
	mkdir -p $M/lib/modules/$release/updates
	{
		echo '.section .modinfo,"a"'
		echo ".asciz \"version=$1\""
	} | as -o $M/lib/modules/$release/updates/ashiato.ko
	if [ -n "$2" ]; then
		sign "$2" >>$M/lib/modules/$release/updates/ashiato.ko
	fi
	depmod -b $M $release 2>/dev/null
}

# sign SIGNER: a module signature in the kernel's old format: signer, key id, signature,
# their lengths, a magic string.
sign()
{
	printf '%s\001\002' "$1"
	printf '\001\004\001'
	printf "\\$(printf %03o ${#1})"
	printf '\001\000\000\000\000\000\000\001~Module signature appended~\n'
}

machine()
{
	rm -rf $M
	module $version
	put proc/sys/kernel/osrelease $release
	put proc/cmdline 'root=/dev/vda1 ro audit=1'
	put sys/kernel/security/lockdown '[none] integrity confidentiality'
	put sys/kernel/security/lsm 'lockdown,capability,landlock,yama,apparmor,tomoyo,bpf'
	put sys/kernel/security/ashiato/stat 'mode: learn\nhooks_attached: 40 of 40\nlost_quota: 0'
	put sys/module/module/parameters/sig_enforce N
	put sys/module/ashiato/version $version
	put sys/module/ashiato/parameters/pin N
	put sys/module/ashiato/parameters/subj replace
	put sys/module/ashiato/parameters/policy /etc/ashiato/exception_policy
	put etc/ashiato/exception_policy '# rules\ninitialize_domain /usr/sbin/sshd from any\nkeep_domain /bin/a'
	put sys/kernel/security/ashiato/exception_policy 'initialize_domain /usr/sbin/sshd\nkeep_domain /bin/a'
	put auditctl 'enabled 1\nfailure 1\npid 412\nrate_limit 0\nbacklog_limit 8192\nlost 0\nbacklog 0'
}

secure_boot()
{
	put sys/kernel/security/lockdown 'none [integrity] confidentiality'
	mkdir -p $M/sys/firmware/efi/efivars
	printf '\006\000\000\000\001' \
		>$M/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
}

doctor()
{
	echo "== $1"
	ASHIATO_ROOT=$M ashiato doctor >$TMP/found
	echo "exit status $?" >>$TMP/found
	sed "s|$M||g; s/$version/VERSION/g" $TMP/found
}
