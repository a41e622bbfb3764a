"""/hedge with several legs on real candles, against a computation of its own from the same files."""

from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm

from analytics.market.archive import ArchivePrices
from tests.handlers.asking import replied, services
from tests.handlers.test_real_candles import LATER, LINEAR, SPOT, closes


async def test_ratios_of_a_basket_are_the_ridge_of_its_files(market_data: Path) -> None:
    """One fetch of four files; statsmodels gives R², the paper's formula the intensity."""
    real = services(ArchivePrices(market_data), now=LATER)
    question = "/hedge 10 BTC/USDT + 500 SOL/USDT ETH/USDT:USDT+BTC/USDT:USDT 30d ci=90 nochart"
    numbers = (await replied(question, real)).numbers
    files = (SPOT.format("BTC"), SPOT.format("SOL"), LINEAR.format("BTC"), LINEAR.format("ETH"))
    try:
        prices = closes(market_data, *files).to_numpy()
    except FileNotFoundError as error:
        pytest.skip(f"not archived here: {error.filename}")
    value = np.array([10.0, 500.0]) * prices[-1, :2]
    assert numbers["value_usd"] == pytest.approx(value.sum(), rel=1e-12)
    returns = np.diff(np.log(prices), axis=0)[-720:]
    s = returns[:, :2] @ (value / value.sum())
    column = {"BTC/USDT": 2, "ETH/USDT": 3}
    names = [leg["market"].split(":")[1] for leg in numbers["legs"]]
    f = returns[:, [column[name] for name in names]]
    k, n = f.shape[1], len(f)
    ols = sm.OLS(s, sm.add_constant(f)).fit()
    x = (f - f.mean(axis=0)) / f.std(axis=0)
    r = x.T @ x / n
    error = sum(np.sum((np.outer(row, row) - r) ** 2) for row in x) / n**2
    shrinkage = 0.0 if k == 1 else min(error / np.sum((r - np.eye(k)) ** 2), 0.9)
    shrinkage *= 1 - ols.rsquared
    gram = np.cov(f, rowvar=False, bias=True).reshape(k, k)
    cross = (f - f.mean(axis=0)).T @ (s - s.mean()) / n
    ridge = gram + shrinkage / (1 - shrinkage) * np.diag(np.diag(gram))
    expected = np.linalg.solve(ridge, cross)
    found = [leg["hedge_ratio"]["value"] for leg in numbers["legs"]]
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    held = np.array([leg["ratio"] for leg in numbers["legs"]])
    assert numbers["effectiveness"]["in_sample"] == pytest.approx(
        1 - np.var(s - f @ held) / np.var(s), rel=1e-9
    )
    assert numbers["effectiveness"]["in_sample"] <= ols.rsquared + 1e-12
