"""Of a campaign: its public link, and what a network's digest and a code's digest are made with."""

from flask import current_app, request

from app.scoring.models import SurveyCampaign
from app.scoring.operations.survey_answers import network_within


def public_url(campaign: SurveyCampaign) -> str | None:
    """The link to give out; None for forms that officials and agencies answer inside."""
    if campaign.form.audience != "citizen":
        return None
    return f"{current_app.config['BASE_URL']}/survey/{campaign.token}"


def secret() -> str:
    return current_app.config["SECRET_KEY"]


def asking_network(campaign: SurveyCampaign) -> str:
    """The digest of the network that this request came from, the same within the campaign alone."""
    return network_within(campaign, request.remote_addr or "", secret=secret())
