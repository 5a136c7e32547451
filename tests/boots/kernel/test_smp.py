"""How many CPUs the command line allows (kernel/smp.c)."""

from __future__ import annotations

from bootstep.boots.kernel.smp import maxcpus, nosmp, nrcpus

from tests.support.booted_pc import loaded_pc


def test_fewer_cpus_can_be_asked_for_not_more():
    k = loaded_pc()
    assert k.nr_cpu_ids == k.setup_max_cpus == 16
    nrcpus(k, "32")
    assert k.nr_cpu_ids == 16
    nrcpus(k, "4")
    assert k.nr_cpu_ids == 4


def test_without_a_number_all_are_started():
    k = loaded_pc()
    maxcpus(k, "many")
    assert k.setup_max_cpus == 16
    maxcpus(k, "2")
    assert k.setup_max_cpus == 2
    nosmp(k, None)
    assert k.setup_max_cpus == 0
