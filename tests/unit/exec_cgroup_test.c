// SPDX-License-Identifier: GPL-2.0-only
/* Cgroups in which programs were executed, and the cgroups that a domain remembers. */
#include "core/domain.h"
#include "core/exec_cgroup.h"
#include "unit.h"

#define USER 1000

static void begin(void)
{
	unit_share(SIZE_MAX, SIZE_MAX, SIZE_MAX);
	assert_int_equal(exec_cgroup_init(), 0);
	assert_int_equal(domain_init(), 0);
}

static void end(void)
{
	domain_exit();
	exec_cgroup_exit();
	assert_int_equal(atomic_read(&exec_cgroup_unknown.users), 1);
	unit_assert_clean();
}

static struct exec_cgroup *intern(u64 id, const char *path)
{
	return exec_cgroup_intern_get(id, path, USER, GFP_KERNEL);
}

static void shared(void **state)
{
	struct exec_cgroup *a, *b;

	(void)state;
	begin();
	assert_null(exec_cgroup_find_get(1));
	a = intern(1, "/a.slice");
	b = intern(2, "/b.slice");
	assert_string_equal(exec_cgroup_path(a), "/a.slice");
	assert_string_equal(exec_cgroup_path(NULL), "/");
	assert_ptr_equal(intern(1, "/a.slice"), a);
	assert_ptr_equal(exec_cgroup_find_get(1), a);
	assert_ptr_equal(exec_cgroup_get(a), a);
	exec_cgroup_put(a);
	exec_cgroup_put(a);
	exec_cgroup_put(a);
	assert_ptr_equal(exec_cgroup_find_get(1), a);
	exec_cgroup_put(a);
	exec_cgroup_put(a);
	/* Its memory is freed later, but it is not found any more. */
	assert_null(exec_cgroup_find_get(1));
	exec_cgroup_put(b);
	exec_cgroup_put(NULL);
	end();
}

/* Of many cgroups that are made one after the other, none stays in memory. */
static void many(void **state)
{
	size_t bytes;
	u64 id;

	(void)state;
	begin();
	bytes = unit_total().bytes;
	for (id = 1; id <= 100000; id++) {
		exec_cgroup_put(intern(id, "/user.slice/x.scope"));
		if (!(id % 1000))
			shim_rcu_run();
	}
	assert_int_equal(unit_total().bytes, bytes);
	assert_true(exec_cgroup_table_bytes() < 16384);
	end();
}

/* The share of a user is full, or there is no memory. */
static void unknown(void **state)
{
	const struct share full = { 0 };
	struct exec_cgroup *known;

	(void)state;
	begin();
	known = intern(1, "/a.slice");
	shim_fail_from(1);
	assert_ptr_equal(intern(2, "/b.slice"), &exec_cgroup_unknown);
	shim_fail_from(0);
	share_set_limits(&full);
	assert_ptr_equal(intern(2, "/b.slice"), &exec_cgroup_unknown);
	assert_string_equal(exec_cgroup_path(&exec_cgroup_unknown), "?");
	assert_ptr_equal(exec_cgroup_find_get(1), known);
	assert_null(exec_cgroup_find_get(2));
	exec_cgroup_put(&exec_cgroup_unknown);
	exec_cgroup_put(&exec_cgroup_unknown);
	exec_cgroup_put(known);
	exec_cgroup_put(known);
	end();
}

static void long_path(void **state)
{
	char path[3 * EXEC_CGROUP_MAX + 1];
	struct exec_cgroup *cgroup;
	size_t i;

	(void)state;
	begin();
	for (i = 0; i < sizeof(path) - 1; i++)
		path[i] = i % 1000 ? 'x' : '/';
	path[i] = '\0';
	cgroup = intern(1, path);
	assert_int_equal(strlen(cgroup->path), 1000);
	exec_cgroup_put(cgroup);
	path[EXEC_CGROUP_MAX] = '\0';
	cgroup = intern(1, path);
	assert_int_equal(strlen(cgroup->path), EXEC_CGROUP_MAX);
	exec_cgroup_put(cgroup);
	end();
}

/* Tests that a domain remembers exactly these cgroups, the newest first. */
static void assert_cgroups(struct domain *domain, struct exec_cgroup *const *cgroup, u32 count)
{
	u32 i;

	for (i = 0; i < DOMAIN_CGROUPS; i++) {
		struct exec_cgroup *found = domain_cgroup_get(domain, i);

		assert_ptr_equal(found, i < count ? cgroup[i] : NULL);
		exec_cgroup_put(found);
	}
}

static void of_domain(void **state)
{
	struct exec_cgroup *cgroup[DOMAIN_CGROUPS + 2], *wanted[DOMAIN_CGROUPS];
	struct domain *domain;
	u32 i;

	(void)state;
	begin();
	domain = domain_intern_get(domain_kernel, "/a", 2, 0, GFP_KERNEL);
	for (i = 0; i < ARRAY_SIZE(cgroup); i++)
		cgroup[i] = intern(i + 1, "/x.scope");
	domain_add_cgroup(domain, NULL);
	assert_cgroups(domain, NULL, 0);
	for (i = 0; i < 3; i++) {
		domain_add_cgroup(domain, cgroup[i]);
		domain_add_cgroup(domain, cgroup[i]);
		wanted[2 - i] = cgroup[i];
	}
	assert_cgroups(domain, wanted, 3);
	/* One in the middle, and then the last one, become the first. */
	domain_add_cgroup(domain, cgroup[1]);
	assert_cgroups(domain, (struct exec_cgroup *[]){ cgroup[1], cgroup[2], cgroup[0] }, 3);
	domain_add_cgroup(domain, cgroup[0]);
	assert_cgroups(domain, (struct exec_cgroup *[]){ cgroup[0], cgroup[1], cgroup[2] }, 3);
	for (i = 0; i < ARRAY_SIZE(cgroup); i++)
		domain_add_cgroup(domain, cgroup[i]);
	for (i = 0; i < DOMAIN_CGROUPS; i++)
		wanted[i] = cgroup[ARRAY_SIZE(cgroup) - 1 - i];
	assert_cgroups(domain, wanted, DOMAIN_CGROUPS);
	for (i = 0; i < ARRAY_SIZE(cgroup); i++)
		exec_cgroup_put(cgroup[i]);
	/* Only the domain has references now. */
	assert_null(exec_cgroup_find_get(1));
	assert_cgroups(domain, wanted, DOMAIN_CGROUPS);
	domain_forget();
	domain_renew();
	assert_cgroups(domain, NULL, 0);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(shared),
		unit_case(many),
		unit_case(unknown),
		unit_case(long_path),
		unit_case(of_domain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
