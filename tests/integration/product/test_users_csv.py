"""Users out of the product and into it as CSV files."""
import csv
import io


def test_file_out_and_in(product, tmp_path):
    """What comes out is read by Python's own csv, and goes in again as it
    was; a file with a problem changes nothing."""
    first = "Email Address;Name\ncsv-zero@lab.example;=1+1\n"
    assert product.ctl("users", "import", "-", given=first)["added"] == 1
    text = product.ctl("users", "export")["csv"]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [r["Name"] for r in rows
            if r["Email Address"] == "csv-zero@lab.example"] == ["'=1+1"]
    again = tmp_path / "users.csv"
    again.write_text(text)
    seen = product.ctl("users", "preview", str(again))
    assert seen["same"] == len(rows) and seen["users"] == []
    hub = tmp_path / "exported_users.csv"
    hub.write_text("Display Name,User ID/Email (Required),"
                   "Hybrid Calendar (Exchange),preferredWebExSite\n"
                   "Şükrü Ağaoğlu,csv-one@lab.example,FALSE,x.webex.com\n")
    done = product.ctl("users", "import", str(hub))
    assert done["added"] == 1
    assert done["ignored_columns"] == ["preferredWebExSite"]
    user = product.ctl("users", "show", "csv-one@lab.example")
    assert user["name"] == "Şükrü Ağaoğlu" and not user["enabled"]
    bad = tmp_path / "bad.csv"
    bad.write_text("address,enabled\ncsv-two@lab.example,yes\nnobody,yes\n")
    code, answer = product.ctl("users", "import", str(bad), ok=False)[:2]
    assert code != 0
    assert answer["problems"][0]["line"] == 3
    assert product.ctl("users", "show", "csv-two@lab.example",
                       ok=False)[0] != 0
    product.ctl("users", "delete", "csv-one@lab.example")
    product.ctl("users", "delete", "csv-zero@lab.example")
