"""Who issues a community's notices: the full name, equal to the seal's text."""

from deliberation.places.models import Place


async def issuer(community: Place) -> dict:
    """{name, community, phone, address, supervisor_phone} of a community.

    `name` is spelled from the district down; complaints go to the subdistrict's office phone.
    """
    ids = [int(part) for part in community.path.strip("/").split("/")]
    places = {place.id: place for place in await Place.filter(id__in=ids)}
    above = [places[number] for number in ids if number in places]
    return {
        "name": "".join(place.name for place in above) + "居民委员会",
        "community": community.name,
        "phone": community.phone,
        "address": community.address,
        "supervisor_phone": above[-2].phone if len(above) > 1 else "",
    }
