from deliberation.places.models import Place, in_order


def place(number: int, name: str, path: str) -> Place:
    return Place(id=number, kind="building", name=name, path=path)


def test_places_stand_as_people_count_them_with_what_lies_in_them_right_below():
    names = ["东风里", "10号楼", "2号楼", "2单元", "1单元", "A座"]
    paths = ["/1/", "/1/2/", "/1/9/", "/1/9/4/", "/1/9/11/", "/1/6/"]
    places = [
        place(int(path.strip("/").split("/")[-1]), name, path)
        for name, path in zip(names, paths, strict=True)
    ]
    ordered = [item.name for item in in_order(places)]
    assert ordered == ["东风里", "2号楼", "1单元", "2单元", "10号楼", "A座"]
