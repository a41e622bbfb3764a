"""/hedge with several holdings or several legs: read, refuse, answer."""

from dataclasses import replace
from functools import partial

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.bundles import units
from analytics.market.histories import History
from analytics.market.instruments import Instrument
from analytics.market.windows import DAY, spelled
from analytics.positions.liquidation import ThinMarginError
from analytics.positions.refusals import (
    CollateralNeededError,
    LeverageError,
    TooSmallBasketError,
)
from analytics.studies.baskets import TEST_DAYS, Basket
from analytics.studies.choices import Choice, chosen_legs
from analytics.studies.portfolios import PortfolioStudy, portfolio_study
from analytics.studies.predictions import background
from handlers._command import Services
from handlers._errors import SameMarketError, UsageError
from handlers._evidence import Evidence, with_evidence
from handlers._files import Column
from handlers._funding import funding_of
from handlers._grammar import PICTURELESS, Holding, Unit, typed
from handlers._hedge.portfolio_picture import picture
from handlers._hedge.portfolio_reading import levers
from handlers._hedge.portfolio_words import is_long, summary
from handlers._hedge.query import SYNTAX, PortfolioQuery
from handlers._hedge.upkeep_words import Keeping, keeping
from handlers._markets import covered, provenance, with_caveats
from handlers._questions import again, standing, terms_button, window_buttons
from handlers._reply import Button, Reply


async def portfolio_reply(query: PortfolioQuery, services: Services) -> Reply:
    """Fetch prices and funding, choose legs, compute, draw."""
    history = with_caveats(await _history(query, services), query.notes)
    contracts = history.markets[len(query.holdings) :][: len(query.legs)]
    keep = keeping(query.hold, query.fee, history, contracts)
    basket = Basket(
        history,
        tuple(units_held(holding, history, k) for k, holding in enumerate(query.holdings)),
        len(query.legs),
        share=query.part,
        leverage=query.leverage,
        hold=keep.bars,
    )
    try:
        choice, study = await services.workshop.compute(
            partial(_studied, basket, keep, query.level)
        )
        funding = [
            await funding_of(leg.market, history, services, level=query.level) for leg in study.legs
        ]
        reply = summary(query.switches, study, funding, keep)
    except CollateralNeededError as error:
        raise UsageError(
            tr(
                "The {coin} you post as margin is itself to be hedged. Say how much: lev=3.",
                coin=error.coin,
            ),
            corrections=levers(query),
        ) from error
    except (LeverageError, ThinMarginError) as error:
        error.corrections = levers(query)
        raise
    except TooSmallBasketError as error:
        error.corrections = _larger(query, error.growth)
        raise
    reply = _sourced(reply, query, study, choice, services)
    paid = tuple(payment for facts in funding for payment in facts.paid)
    evidence = Evidence(history, _columns(study), paid=paid)
    reply = await with_evidence(reply, query, services, evidence)
    if query.switches & PICTURELESS or is_long(query.switches, study):
        return reply
    return replace(reply, chart=await services.workshop.draw(picture(study, reply)))


def units_held(holding: Holding, history: History, column: int) -> float:
    """How many units of a held market: a bundle of 1,000 coins counts as one."""
    if holding.unit is Unit.DOLLARS:
        return holding.quantity / float(history.closes[-1, column])
    return holding.quantity / units(holding.instrument, history.markets[column])


def _studied(basket: Basket, keep: Keeping, level: float) -> tuple[Choice, PortfolioStudy]:
    choice = chosen_legs(basket, level=level)
    study = portfolio_study(
        choice.basket, choice.left_out, keep.rule, horizon=keep.horizon, level=level
    )
    return choice, study


async def _history(query: PortfolioQuery, services: Services) -> History:
    """All markets, and the coins that margin a leg and are not held."""
    now, context = services.now(), max(TEST_DAYS * DAY, background(query.window.length))
    asked = [*(holding.instrument for holding in query.holdings), *query.legs]
    history = await services.histories.history(asked, query.window, now=now, context=context)
    n = len(query.holdings)
    held, legs = history.markets[:n], history.markets[n:]
    _refuse_held(query, history)
    bases = {market.base for market in held}
    coins = dict.fromkeys(
        Instrument(leg.base, venue=leg.venue)
        for leg in legs
        if leg.inverse and leg.base not in bases
    )
    if not coins:
        return history
    return await services.histories.history(
        (*asked, *coins), query.window, now=now, context=context
    )


def _sourced(
    reply: Reply, query: PortfolioQuery, study: PortfolioStudy, choice: Choice, services: Services
) -> Reply:
    if "brief" not in query.switches:
        lines = provenance(study.history, services.now())
        reply = replace(reply, provenance=(*reply.provenance, *lines))
    windows = window_buttons(query.window, query.asked, covered=covered(study.history))
    following = (*_alone(query, choice), again(query.asked(query.window)), terms_button(reply))
    sides = (query.holdings[0].instrument, query.legs[0])
    told = standing([typed(side, SYNTAX) for side in sides], query.window.length)
    return replace(reply, buttons=(windows, following, told))


def _alone(query: PortfolioQuery, choice: Choice) -> tuple[Button, ...]:
    """One holding against the one leg that is left: there is more to say about that."""
    if len(query.holdings) > 1 or choice.basket.n_legs > 1:
        pair = (query.holdings[0].instrument, query.legs[0])
        markets = " ".join(typed(side, SYNTAX) for side in pair)
        return (Button(tr("Correlation"), f"/corr {markets} {spelled(query.window.length)}"),)
    left = [market.short_name for market in choice.basket.legs]
    kept = [leg for leg in query.legs if contract_name(leg) in left] or list(query.legs)
    asked = replace(query, legs=tuple(kept[:1])).asked(query.window)
    return (Button(tr("{left} alone", left=left[0]), asked),)


def contract_name(instrument: Instrument) -> str:
    """A contract as people say it, without its venue."""
    return str(replace(instrument, venue=None, quote=None, settle=None))


def _columns(study: PortfolioStudy) -> tuple[Column, ...]:
    if study.tested is None:
        return ()
    return (
        Column("unhedged_return", study.test_time, study.tested.unhedged),
        Column("hedged_return", study.test_time, study.tested.hedged),
    )


def _refuse_held(query: PortfolioQuery, history: History) -> None:
    """Refuse two names of one market, which only the venue's list tells apart."""
    n = len(query.holdings)
    for k, held in enumerate(history.markets[:n]):
        if held in history.markets[n:]:
            coin = Instrument(held.base, venue=query.holdings[k].instrument.venue)
            changed = replace(query.holdings[k], instrument=coin)
            holdings = (*query.holdings[:k], changed, *query.holdings[k + 1 :])
            right = replace(query, holdings=holdings).asked(query.window)
            raise SameMarketError(held.short_name, corrections=(Correction(str(changed), right),))


def _larger(query: PortfolioQuery, growth: float) -> tuple[Correction, ...]:
    """All holdings by the same factor, in two digits more than enough."""
    enough = tuple(
        replace(h, quantity=float(f"{1.1 * growth * h.quantity:.2g}")) for h in query.holdings
    )
    label = " + ".join(map(str, enough))
    return (Correction(label, replace(query, holdings=enough).asked(query.window)),)
