"""The same data as JSON, and its description."""

from typing import Any

from asked_board import Ask


def test_a_period_as_the_golden_month_has_it(ask: Ask) -> None:
    told = ask("/api/periods/2018-02").json()
    assert (told["period"], told["first_day"], told["last_day"]) == ("2018-02", "2018-01-26", "2018-02-25")
    assert (told["due"], told["time_zone"]) == ("2018-02-28T23:59:59+08:00", "Asia/Shanghai")
    assert told["counts"] == {"accepted": 6, "missing": 1}
    assert (told["reported_count"], told["owed_count"], told["next_due"], told["decision"]) == (6, 7, None, None)
    building = next(one for one in told["lines"] if one["category"] == "building")
    assert building == {
        "unit": "zhujian", "unit_name": "镇住建局", "category": "building", "category_name": "2.建材",
        "slot": "building", "state": "accepted", "timeliness": "on_time", "revision": 2, "returned_count": 1,
        "received_at": "2018-02-27T15:30:00+08:00", "due": "2018-02-28T23:59:59+08:00", "is_extended": False,
        "late_seconds": 0, "zero_return": False, "note": "", "arrival_id": 12,
    }  # fmt: skip


def test_the_list_of_periods(ask: Ask) -> None:
    told = ask("/api/periods").json()
    assert [one["period"] for one in told] == ["2018-03", "2018-02", "2018-01"]
    assert [len(one["issues"]) for one in told] == [0, 1, 1]
    assert told[1]["issues"][0]["published_at"] == "2018-03-01T08:00:00+08:00"


def test_no_answer_names_a_place_on_our_disk(ask: Ask) -> None:
    paths = [
        "/api/periods", "/api/periods/2018-02", "/api/periods/2018-02/history", "/history/2018-02", "/",
        "/submissions/7", "/api/submissions/7", "/api/submissions/7/sheets/1", "/unfiled", "/quality", "/rules",
        "/trends", "/api/trends", "/trends.csv",
    ]  # fmt: skip
    for path in paths:
        assert "home/" not in ask(path).text, path


def test_faults_are_told_as_json(ask: Ask) -> None:
    answer = ask("/api/periods/2018-99")
    assert (answer.status_code, list(answer.json())) == (404, ["detail"])
    assert ask("/api/periods", "").json() == {"detail": "请先登录 Airflow，再打开这个页面。"}
    assert ask("/api/nowhere?lang=en").json() == {"detail": "There is no such page."}


def test_the_description_knows_every_route_of_the_api_and_what_it_gives(ask: Ask) -> None:
    described: dict[str, Any] = ask("/api/openapi.json").json()
    assert sorted(described["paths"]) == [
        "/api/health", "/api/messages", "/api/messages/{message_id}", "/api/own",
        "/api/periods", "/api/periods/{period}", "/api/periods/{period}/decision", "/api/periods/{period}/duties",
        "/api/periods/{period}/duties/{kind}/{unit}",
        "/api/periods/{period}/figures/{category}/{indicator}/{measure}", "/api/periods/{period}/history",
        "/api/periods/{period}/obligations/{category}", "/api/periods/{period}/outstanding",
        "/api/periods/{period}/preview", "/api/periods/{period}/verification", "/api/quality", "/api/rules",
        "/api/submissions/{arrival_id}", "/api/submissions/{arrival_id}/sheets/{sheet}", "/api/trends", "/api/unfiled",
        "/files/{period}/{issue}/{file_hash}", "/received/{arrival_id}/{part}", "/trends.csv",
    ]  # fmt: skip
    given = described["paths"]["/api/periods/{period}"]["get"]["responses"]["200"]["content"]["application/json"]
    view = described["components"]["schemas"][given["schema"]["$ref"].rsplit("/", 1)[1]]
    assert view["properties"]["lines"]["items"]["$ref"].endswith("/Line")
    assert "next_due" in view["required"]
