"""One example of each request, about a workspace of two files.

For the documentation; written as the shapes themselves, so that they cannot go stale.
"""

from __future__ import annotations

from typing import Any, Final

from ramify.protocol.shapes.common import (
    Counted,
    Item,
    Location,
    Position,
    Range,
    RankedItem,
    SearchStatus,
    Shape,
    Status,
    TextDocument,
    VersionedDocument,
)
from ramify.protocol.shapes.impact import (
    AffectedItem,
    Breakage,
    BreakingSite,
    EntryPoint,
    ImpactParams,
    ImpactResult,
    PathStep,
    TestItem,
    TouchedFile,
    TouchedPackage,
    Unresolved,
    UnresolvedSite,
)
from ramify.protocol.shapes.overviews import (
    Cycle,
    CyclesResult,
    Hotspot,
    HotspotsResult,
    ImportLink,
    RemainingUse,
    RemovableParams,
    RemovableResult,
    UnreachableItem,
    UnreachableParams,
    UnreachableResult,
    WorkspaceParams,
)
from ramify.protocol.shapes.relations import (
    CallItem,
    CallsParams,
    CallsResult,
    ExternalCall,
    RelatedGroup,
    RelatedParams,
    RelatedResult,
)
from ramify.protocol.shapes.search import Near, SearchFilters, SearchHit, SearchParams, SearchResult
from ramify.protocol.shapes.service import (
    AwaitParams,
    AwaitResult,
    StatusChanged,
    StatusParams,
    StatusResult,
)

_SHOP: Final = "file:///home/ann/shop/shop/cart.py"
_TESTS: Final = "file:///home/ann/shop/tests/test_cart.py"
_TOTAL_ID: Final = "python . shop.cart/Cart.total"


def _range(line: int, start: int, end: int, last: int | None = None) -> Range:
    return Range(Position(line, start), Position(line if last is None else last, end))


_STATUS: Final = Status(
    revision=12,
    complete=True,
    indexed_files=2,
    total_files=2,
    pending_files=0,
    search=SearchStatus(complete=True, pending_chunks=0),
    documents=(VersionedDocument(uri=_SHOP, version=7),),
)

_FILLING: Final = Status(
    revision=3,
    complete=False,
    indexed_files=1210,
    total_files=2818,
    pending_files=1608,
    search=SearchStatus(complete=False, pending_chunks=9120),
    documents=(),
    reason="indexing: 1210 of 2818 files",
)

_TOTAL: Final = Item(
    id=_TOTAL_ID,
    name="total",
    qualified_name="shop.cart.Cart.total",
    kind=6,
    uri=_SHOP,
    range=_range(4, 4, 49, 5),
    selection_range=_range(4, 8, 13),
    container="shop.cart.Cart",
    is_test=False,
    signature="(self) -> int",
)

_AT_TOTAL: Final[dict[str, Any]] = {
    "text_document": TextDocument(_SHOP),
    "position": Position(4, 10),
}

_CHECKOUT: Final[dict[str, Any]] = {
    "id": "python . shop.cart/checkout",
    "name": "checkout",
    "qualified_name": "shop.cart.checkout",
    "kind": 12,
    "uri": _SHOP,
    "range": _range(8, 0, 23, 9),
    "selection_range": _range(8, 4, 12),
    "container": "shop.cart",
    "is_test": False,
    "signature": "(cart: Cart) -> int",
}

_TEST: Final[dict[str, Any]] = {
    "id": "python . tests.test_cart/test_checkout",
    "name": "test_checkout",
    "qualified_name": "tests.test_cart.test_checkout",
    "kind": 12,
    "uri": _TESTS,
    "range": _range(3, 0, 34, 4),
    "selection_range": _range(3, 4, 17),
    "container": "tests.test_cart",
    "is_test": True,
}

_REPORT_URI: Final = "file:///home/ann/shop/shop/report.py"


def _module(name: str, uri: str) -> Item:
    return Item(
        id=f"python . shop.{name}/",
        name=name,
        qualified_name=f"shop.{name}",
        kind=2,
        uri=uri,
        range=_range(0, 0, 0, 40),
        selection_range=_range(0, 0, 0),
        is_test=False,
    )


_CART: Final = _module("cart", _SHOP)
_REPORT: Final = _module("report", _REPORT_URI)
_REPORT_TO_CART: Final = ImportLink(
    source=_REPORT, target=_CART, sites=(Location(_REPORT_URI, _range(0, 5, 14)),), uses=1
)
_CART_TO_REPORT: Final = ImportLink(
    source=_CART, target=_REPORT, sites=(Location(_SHOP, _range(0, 5, 16)),), uses=3
)

_CALL_SITE: Final = Location(_SHOP, _range(9, 16, 21))

EXAMPLES: Final[dict[str, tuple[Shape, Shape | None]]] = {
    "ramify/search": (
        SearchParams(
            query="sum of the prices",
            limit=1,
            filters=SearchFilters(paths=("shop/**",), tests="exclude"),
            near=Near(symbol="python . shop.cart/checkout", distance=2),
        ),
        SearchResult(
            hits=(
                SearchHit(
                    id=_TOTAL.id,
                    name=_TOTAL.name,
                    qualified_name=_TOTAL.qualified_name,
                    kind=_TOTAL.kind,
                    uri=_SHOP,
                    range=_TOTAL.range,
                    selection_range=_TOTAL.selection_range,
                    container=_TOTAL.container,
                    is_test=False,
                    score=0.83,
                    reasons=("words: price, sum", "meaning", "called by checkout"),
                    snippet="def total(self) -> int:\n    return sum(line.price ...",
                    snippet_range=_TOTAL.range,
                ),
            ),
            total=3,
            cursor="12:1",
            status=_STATUS,
        ),
    ),
    "ramify/related": (
        RelatedParams(**_AT_TOTAL, limit=20),
        RelatedResult(
            target=_TOTAL,
            groups=(
                RelatedGroup(
                    relation="callers", items=(Item(**_CHECKOUT, certainty="exact"),), total=1
                ),
            ),
            ranked=(RankedItem(**_CHECKOUT, score=0.91, reasons=("calls it",)),),
            total=1,
            status=_STATUS,
        ),
    ),
    "ramify/impact": (
        ImpactParams(**_AT_TOTAL, depth=5),
        ImpactResult(
            targets=(_TOTAL,),
            affected=(
                AffectedItem(
                    **_CHECKOUT,
                    distance=1,
                    certainty="exact",
                    path=(
                        PathStep(
                            id="python . shop.cart/checkout",
                            name="shop.cart.checkout",
                            site=_CALL_SITE,
                            edge="calls",
                            certainty="exact",
                            why="annotation",
                        ),
                    ),
                    concerned=("signature", "body", "removal"),
                ),
            ),
            total=1,
            tests=(
                TestItem(
                    **_TEST,
                    distance=2,
                    certainty="exact",
                    reasons=("2 steps away",),
                    node_ids=("tests/test_cart.py::test_checkout",),
                ),
            ),
            tests_total=1,
            possible=Counted(count=1),
            unresolved=Unresolved(
                count=1,
                examples=(
                    UnresolvedSite(
                        name="total",
                        source="python . shop.report/show",
                        source_name="shop.report.show",
                        site=Location(_REPORT_URI, _range(20, 9, 14)),
                        is_test=False,
                    ),
                ),
                message="1 call of a method named `total` on an unknown object may also reach this",
            ),
            breakage=(
                Breakage(
                    target="shop.cart.Cart.total",
                    id=_TOTAL_ID,
                    change="signature",
                    concerns="call sites",
                    exact=1,
                    inferred=0,
                    possible=1,
                    sites=(
                        BreakingSite(
                            source="python . shop.cart/checkout",
                            source_name="shop.cart.checkout",
                            site=_CALL_SITE,
                            certainty="exact",
                        ),
                    ),
                    message="1 call, 1 more by name only",
                ),
            ),
            breakage_total=1,
            entry_points=(
                EntryPoint(**_CHECKOUT, entry="api", how="offered by `shop`", distance=1),
            ),
            entry_points_total=1,
            files=(TouchedFile(uri=_SHOP, affected=1, tests=0),),
            files_total=1,
            packages=(TouchedPackage(name="shop", affected=1, tests=0),),
            packages_total=1,
            summary="shop.cart.Cart.total: 1 dependent in 1 file (1 direct); "
            "1 test in 1 file reaches it.",
            status=_STATUS,
        ),
    ),
    "ramify/callers": (
        CallsParams(**_AT_TOTAL, min_certainty="exact"),
        CallsResult(
            target=_TOTAL,
            items=(
                CallItem(**_CHECKOUT, sites=(_CALL_SITE,), certainty="exact", why="annotation"),
            ),
            possible=Counted(count=1),
            unresolved=Counted(count=0),
            total=1,
            status=_STATUS,
        ),
    ),
    "ramify/callees": (
        CallsParams(symbol=_TOTAL_ID),
        CallsResult(
            target=_TOTAL,
            items=(),
            possible=Counted(count=0),
            unresolved=Counted(count=0),
            external=(
                ExternalCall(
                    id="python:builtins.sum",
                    sites=(Location(_SHOP, _range(5, 15, 18)),),
                    certainty="exact",
                ),
            ),
            total=0,
            status=_STATUS,
        ),
    ),
    "ramify/cycles": (
        WorkspaceParams(limit=10),
        CyclesResult(
            cycles=(
                Cycle(
                    modules=(_CART, _REPORT),
                    example=(_REPORT_TO_CART, _CART_TO_REPORT),
                    imports=2,
                    cut=_REPORT_TO_CART,
                    left=0,
                ),
            ),
            total=1,
            modules=2,
            status=_STATUS,
        ),
    ),
    "ramify/hotspots": (
        WorkspaceParams(text_document=TextDocument(_SHOP), limit=1),
        HotspotsResult(
            hotspots=(
                Hotspot(**_CHECKOUT, score=1.0, complexity=9, callers=12, callees=4, commits=31),
            ),
            total=88,
            cursor="12:1",
            status=_STATUS,
        ),
    ),
    "ramify/removable": (
        RemovableParams(**_AT_TOTAL),
        RemovableResult(
            target=_TOTAL,
            verdict="used",
            summary="No: 1 place uses `total`, in 1 file.",
            uses=(
                RemainingUse(
                    site=_CALL_SITE,
                    source="python . shop.cart/checkout",
                    certainty="exact",
                    why="annotation",
                ),
            ),
            total=1,
            possible=Counted(count=1),
            unresolved=Counted(count=0),
            status=_STATUS,
        ),
    ),
    "ramify/unreachable": (
        UnreachableParams(limit=10),
        UnreachableResult(
            items=(
                UnreachableItem(
                    **_CHECKOUT, certainty="inferred", why="only tests reach it", only_tests=True
                ),
            ),
            total=1,
            possible=Counted(count=12),
            status=_STATUS,
        ),
    ),
    "ramify/status": (
        StatusParams(),
        StatusResult(
            status=_FILLING,
            counts={"files": 1210, "symbols": 20411},
            queues={"pendingFiles": 1608, "pendingChunks": 9120},
            memory={"residentBytes": 181_403_648},
            store={"mode": "disk", "graphBytes": 18_874_368},
            cache_hits={"factHits": 0, "factMisses": 1210},
            last_errors=(),
            housekeeping={"state": "waits for a quiet time"},
            health={"graph": "ok", "search": "9,120 pieces wait", "watcher": "ok"},
        ),
    ),
    "ramify/await": (
        AwaitParams(
            text_document=VersionedDocument(uri=_SHOP, version=7), search=True, timeout_ms=5000
        ),
        AwaitResult(status=_STATUS),
    ),
    "ramify/statusChanged": (StatusChanged(status=_FILLING), None),
}
"""Params and result by method."""
