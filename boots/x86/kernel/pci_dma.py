"""Bounce buffers for devices with 32 address bits.  Mirrors arch/x86/kernel/pci-dma.c.

No IOMMU changes what is allocated: their drivers are asked, but PCI configuration space and the tables of
IOMMUs are not among what is known of the machine.
"""

from __future__ import annotations

from ....model.trace.recorder import traced
from ...core.params import EINVAL, early_param
from ...kernel.swiotlb import swiotlb_init
from ..mm.paging import MAX_DMA32_PFN
from ..variables import Kernel

KERNEL_FILE = "arch/x86/kernel/pci-dma.c"


@early_param("iommu")
@traced
def iommu_setup(k: Kernel, p: str | None) -> int:
    """``iommu=``: of its many words, ``off`` and ``soft`` decide whether there are bounce buffers."""
    if p is None:
        return -EINVAL
    for word in p.split(","):
        # As in the kernel, a word only has to begin like this.
        if word.startswith("usedac"):
            return 1
        if word.startswith("off"):
            k.no_iommu = True
        if word.startswith("soft") and k.config.enabled("SWIOTLB"):
            k.x86_swiotlb_enable = True
    return 0


@traced
def pci_swiotlb_detect(k: Kernel) -> None:
    """See whether there is memory that some devices do not reach, or may be once it is plugged in."""
    if not k.no_iommu and k.max_possible_pfn > MAX_DMA32_PFN:
        k.x86_swiotlb_enable = True


@traced
def pci_iommu_alloc(k: Kernel) -> None:
    """Allocate bounce buffers if they are needed."""
    if k.config.enabled("SWIOTLB"):
        pci_swiotlb_detect(k)
        swiotlb_init(k, k.x86_swiotlb_enable, 0)
