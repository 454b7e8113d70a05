"""Least privilege as tests that run with every change: `pytest test_least_privilege.py`.

The rules of the shop in examples/shop. WHOMAY_INPUTS names other inputs (separated by colons), for
instance the plan of a pull request; the rules stay.
"""

import os
import pathlib

import pytest

import whomay

SHOP = pathlib.Path(__file__).parent.parent / "shop"
ACCOUNT = "arn:aws:iam::111122223333"
ORDERS = "arn:aws:s3:::example-shop-orders/2025/0001.json"


@pytest.fixture(scope="module")
def access():
    inputs = os.environ.get("WHOMAY_INPUTS", f"{SHOP / 'state.json'}:{SHOP / 'manifests'}")
    return whomay.load(*inputs.split(":"), strict=True)


@pytest.mark.parametrize("permission", ["get secrets -n shop", "create pods/exec -n shop"])
def test_developers_only_read(access, permission):
    answer = access.why(f"{ACCOUNT}:role/shop-developer", permission)
    assert answer.denied, answer  # a failure shows the path


def test_developers_can_work(access):
    assert access.can(f"{ACCOUNT}:role/shop-developer", "list pods -n shop")


def test_only_these_people_read_secrets(access):
    people = {g.principal.rsplit("/", 1)[-1]
              for g in access.who("get secrets -n shop") if g.kind == "iam-user"}
    assert people <= {"mira"}


def test_orders_are_read_by_the_checkout_alone(access):
    readers = access.who(f"s3:GetObject {ORDERS}")
    service_accounts = {g.principal for g in readers if g.kind == "service-account"}
    assert service_accounts == {"sa:shop/checkout"}


def test_nobody_of_this_account_becomes_the_warehouse_loader(access):
    loader = "arn:aws:iam::444455556666:role/warehouse-loader"
    for user in access.list("principals"):
        if user.kind == "iam-user" and user.name.startswith(ACCOUNT):
            assert loader not in {i.principal for i in access.reach(user.name)}, user.name
