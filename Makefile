# SPDX-License-Identifier: GPL-2.0-only
#
# ashiato: see `make help`.

KDIR ?= /lib/modules/$(shell uname -r)/build
PREFIX ?= /usr/local
DESTDIR ?=

# The release of the kernel in KDIR, and the folder in which modprobe finds its modules.
KVER = $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' $(KDIR)/include/generated/utsrelease.h 2>/dev/null)
MODULES = $(DESTDIR)/lib/modules/$(KVER)/updates

# Each kernel has a build folder of its own with links to the sources, so that modules for
# several kernels can be built from one tree at the same time.
BUILD = $(CURDIR)/build/$(or $(KVER),unknown)

NEEDED = build-essential pkg-config libaudit-dev libauparse-dev libcap-ng-dev libjansson-dev libkmod-dev libncurses-dev libsmartcols-dev zlib1g-dev liblzma-dev libzstd-dev

.DEFAULT_GOAL := all

##   make                 build the modules for the running kernel, and the command
##   make KDIR=DIR        ... for the kernel whose headers are in DIR
.PHONY: all
all: modules command

##   make modules         build ashiato.ko and ashiato_probe.ko only
.PHONY: modules
modules: need-headers
	@find lkm probe -type d -exec mkdir -p $(BUILD)/{} ';'
	@find Kbuild lkm probe -type f '(' -name Kbuild -o -name '*.[ch]' -o -name '*.def' -o -name '*.sh' ')' \
		-not -name features.h -exec ln -sfr {} $(BUILD)/{} ';'
	@find $(BUILD) -xtype l -delete
	$(MAKE) -C $(KDIR) M=$(BUILD) modules

##   make command         build the command only
.PHONY: command
command: need-libraries
	$(MAKE) -C userspace

.PHONY: need-headers
need-headers:
	@test -e $(KDIR)/Makefile || { \
		echo "make: $(KDIR): no kernel headers; type: apt-get install linux-headers-$$(uname -r)" >&2; \
		exit 1; }
	@command -v gcc >/dev/null || { \
		echo "make: no compiler; type: apt-get install $(NEEDED)" >&2; exit 1; }

.PHONY: need-libraries
need-libraries:
	@pkg-config --exists audit auparse jansson libcap-ng libkmod liblzma libzstd ncursesw smartcols zlib 2>/dev/null || { \
		echo "make: a library is missing; type: apt-get install $(NEEDED)" >&2; exit 1; }

##   make install         install the modules, the command and the man pages
.PHONY: install
install:
	@test -e $(BUILD)/ashiato.ko && test -e userspace/ashiato || { \
		echo "make: nothing is built yet; type: make" >&2; exit 1; }
	install -D -m 0644 $(BUILD)/ashiato.ko $(MODULES)/ashiato.ko
	install -D -m 0644 $(BUILD)/ashiato_probe.ko $(MODULES)/ashiato_probe.ko
	$(MAKE) -C userspace install PREFIX=$(PREFIX) DESTDIR=$(DESTDIR)
	test -n "$(DESTDIR)" || depmod $(KVER)

##   make install-boot    load the module from the initial ramdisk at every boot
.PHONY: install-boot
install-boot:
	install -D -m 0755 policy/initramfs-tools/hooks/ashiato \
		$(DESTDIR)/etc/initramfs-tools/hooks/ashiato
	install -D -m 0755 policy/initramfs-tools/scripts/init-top/ashiato \
		$(DESTDIR)/etc/initramfs-tools/scripts/init-top/ashiato
	test -e $(DESTDIR)/etc/modprobe.d/ashiato.conf || \
		install -D -m 0644 policy/modprobe.d/ashiato.conf \
			$(DESTDIR)/etc/modprobe.d/ashiato.conf
	test -e $(DESTDIR)/etc/ashiato/exception_policy || \
		install -D -m 0644 policy/exception_policy \
			$(DESTDIR)/etc/ashiato/exception_policy
	test -e $(DESTDIR)/etc/ashiato/ignore || \
		install -D -m 0644 policy/ignore $(DESTDIR)/etc/ashiato/ignore
	test -e $(DESTDIR)/etc/systemd/journald.conf.d/ashiato.conf || \
		install -D -m 0644 policy/journald.conf.d/ashiato.conf \
			$(DESTDIR)/etc/systemd/journald.conf.d/ashiato.conf
	test -e $(DESTDIR)/etc/systemd/system/systemd-journald-audit.socket.d/ashiato.conf || \
		install -D -m 0644 policy/systemd/systemd-journald-audit.socket.d/ashiato.conf \
			$(DESTDIR)/etc/systemd/system/systemd-journald-audit.socket.d/ashiato.conf
	test -n "$(DESTDIR)" || systemctl daemon-reload || true
	test -n "$(DESTDIR)" || update-initramfs -u -k $(KVER)

# Configuration that install-boot installed, and its source
CONFIGURATION = etc/modprobe.d/ashiato.conf=modprobe.d/ashiato.conf \
	etc/ashiato/exception_policy=exception_policy \
	etc/ashiato/ignore=ignore \
	etc/systemd/journald.conf.d/ashiato.conf=journald.conf.d/ashiato.conf \
	etc/systemd/system/systemd-journald-audit.socket.d/ashiato.conf=systemd/systemd-journald-audit.socket.d/ashiato.conf

##   make uninstall       remove the files that install and install-boot installed;
##                        edited configuration stays
.PHONY: uninstall
uninstall:
	rm -f $(DESTDIR)/lib/modules/*/updates/ashiato.ko \
		$(DESTDIR)/lib/modules/*/updates/ashiato_probe.ko
	rmdir --ignore-fail-on-non-empty $(DESTDIR)/lib/modules/*/updates 2>/dev/null || true
	$(MAKE) -C userspace uninstall PREFIX=$(PREFIX) DESTDIR=$(DESTDIR)
	test -n "$(DESTDIR)" || depmod -a
	if [ -e $(DESTDIR)/etc/initramfs-tools/hooks/ashiato ]; then \
		rm -f $(DESTDIR)/etc/initramfs-tools/hooks/ashiato \
			$(DESTDIR)/etc/initramfs-tools/scripts/init-top/ashiato \
			$(DESTDIR)/etc/initramfs-tools/scripts/init-bottom/ashiato; \
		for file in $(CONFIGURATION); do \
			if cmp -s "policy/$${file#*=}" "$(DESTDIR)/$${file%=*}"; then \
				rm -f "$(DESTDIR)/$${file%=*}"; \
			elif [ -e "$(DESTDIR)/$${file%=*}" ]; then \
				echo "kept, because it was edited: $(DESTDIR)/$${file%=*}"; \
			fi; \
		done; \
		rmdir --ignore-fail-on-non-empty $(DESTDIR)/etc/ashiato \
			$(DESTDIR)/etc/systemd/journald.conf.d \
			$(DESTDIR)/etc/systemd/system/systemd-journald-audit.socket.d 2>/dev/null; \
		test -n "$(DESTDIR)" || systemctl daemon-reload || true; \
		test -n "$(DESTDIR)" || update-initramfs -u -k all; \
	fi

##   make deb             build Debian packages, in build/deb
.PHONY: deb
deb:
	@{ command -v dh && command -v dh_dkms; } >/dev/null || { \
		echo "make: dh or dh_dkms is missing; type: apt-get install debhelper dh-dkms" >&2; exit 1; }
	rm -rf build/deb
	mkdir -p build/deb/source
	tar --exclude=./build --exclude=./.git -cf - . | tar -C build/deb/source -xf -
	cd build/deb/source && DEB_BUILD_OPTIONS=noautodbgsym dpkg-buildpackage --no-sign --build=binary

##   make demo            boot a Debian system with ashiato and show what it recorded (as root)
.PHONY: demo
demo:
	@tests/vm/demo

##   make busy            boot a busy server and check that its accesses stop growing (as root)
.PHONY: busy
busy:
	@tests/vm/busy

##   make check           run all tests (as root)
.PHONY: check
check:
	tests/check

##   make check-quick     run the tests for each commit: unit, golden, style, one boot (as root)
.PHONY: check-quick
check-quick:
	@tests/check-quick

##   make fuzz            fuzz all parsers for 10 minutes
##   make fuzz SECONDS=N  ... for N seconds
.PHONY: fuzz
fuzz: SECONDS = 600
fuzz: need-libraries
	FUZZ_SECONDS=$(SECONDS) FUZZ_SEED=0 tests/fuzz/fuzz.t

##   make bench           measure the cost of the module and of the command (as root)
##   make bench BASE=REV  ... compare with an older revision
##   make bench KERNEL=K  ... on another kernel of the tests, for example 6.12
##   make bench RECORDS=N ... measure the command with an audit log of N records
.PHONY: bench
bench:
	@status=0; \
	tests/bench/bench $(if $(KERNEL),--kernel $(KERNEL)) $(if $(BASE),--base $(BASE)) || status=1; \
	tests/bench/logs $(if $(RECORDS),--records $(RECORDS)) || status=1; \
	exit $$status

##   make style           check the style of the sources
.PHONY: style
style:
	tests/style

##   make clean           remove all built files
.PHONY: clean
clean:
	rm -rf *.ko *.o .*.cmd *.mod *.mod.c Module.symvers modules.order .tmp_versions \
		.module-common.o lkm/compat/features.h
	rm -f $(foreach folder,probe lkm lkm/*,$(addprefix $(folder)/,*.o .*.cmd .*.d))
	rm -rf build
	$(MAKE) -C userspace clean

##   make help            print this list
.PHONY: help
help:
	@sed -n 's/^##//p' $(MAKEFILE_LIST)
