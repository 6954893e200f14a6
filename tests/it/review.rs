//! A review from the pack to the signature: worksheets out, decisions back.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Cursor, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::JoinHandle;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::before::{eu_from_files, reported};
use crate::harness::{Home, skipped};
use crate::pack::Pack;

/// The person who reviews what nobody else may.
const FALLBACK: &str = "ingrid.sondergaard@kestrel-freight.example";

/// The configuration of the sample with another section about reviews.
fn reviewing(text: &str, review: &str) -> String {
    let (before, after) = text.split_once("[review]\n").expect("the sample has reviews");
    let (_, after) = after.split_once("\n\n").expect("another section");
    format!("{before}[review]\n{review}\n\n{after}")
}

/// One instance with a pack, and a campaign of it.
fn opened() -> (Home, PathBuf) {
    let home = eu_from_files();
    let text = home.read("retool-audit.toml");
    home.write("retool-audit.toml", &reviewing(&text, &format!("fallback = \"{FALLBACK}\"")));
    reported(&home, "2026-11-02T06:00:00Z");
    let ran = home.run(&["review", "open"]).expect(0);
    let folder = home.path(ran.stdout.trim());
    (home, folder)
}

fn lines(folder: &Path) -> Vec<Value> {
    let bytes = fs::read(folder.join("lines.jsonl.zst")).expect("the lines");
    let text = String::from_utf8(zstd::decode_all(&*bytes).expect("compressed")).expect("text");
    text.lines().map(|it| serde_json::from_str(it).expect("JSON")).collect()
}

fn status(home: &Home) -> Value {
    let ran = home.run(&["review", "status", "--format", "json"]).expect(0);
    serde_json::from_str(&ran.stdout).expect("JSON")
}

/// The worksheets that end in `ending`.
pub(crate) fn worksheets(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(folder.join("worksheets")).expect("a folder");
    let mut res: Vec<PathBuf> = all.map(|it| it.expect("a file").path()).collect();
    res.retain(|it| it.extension().is_some_and(|it| it == ending));
    res.sort();
    res
}

/// Fills in a CSV worksheet: every third line is revoked, the others are kept.
pub(crate) fn fill_csv(path: &Path) {
    let bytes = fs::read(path).expect("a worksheet");
    let mut reader = csv::ReaderBuilder::new().from_reader(&bytes[..]);
    let header = reader.headers().expect("a header").clone();
    let at = |name: &str| header.iter().position(|it| it == name).expect("a column");
    let (decision, reason) = (at("Decision"), at("Reason"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).expect("memory");
    for (place, row) in reader.records().enumerate() {
        let mut row: Vec<String> = row.expect("a row").iter().map(str::to_owned).collect();
        if place % 3 == 2 {
            (row[decision], row[reason]) = ("revoke".to_owned(), "no longer used".to_owned());
        } else {
            "keep".clone_into(&mut row[decision]);
        }
        writer.write_record(&row).expect("memory");
    }
    fs::write(path, writer.into_inner().expect("memory")).expect("room");
}

#[test]
fn r_01_r_02_r_10_a_campaign_goes_from_the_pack_to_the_signature() {
    let (home, folder) = opened();
    let before = status(&home);
    let n = lines(&folder).len();
    assert_eq!((&before["lines"], &before["open"]), (&json!(n), &json!(n)));
    let refused = home.run(&[
        "review",
        "sign",
        "--name",
        "Ana",
        "--role",
        "CISO",
        "--statement",
        "all-decided",
    ]);
    insta::assert_snapshot!(
        refused.expect(2).complaint(&home).replace(
            &folder.file_name().expect("a name").to_string_lossy().into_owned(),
            "CAMPAIGN"
        )
    );
    let sheets = worksheets(&folder, "csv");
    let (first, others) = sheets.split_first().expect("a worksheet");
    for it in &sheets {
        fill_csv(it);
    }
    home.run(&["review", "import", &first.to_string_lossy()]).expect(0);
    let half = status(&home);
    assert!(half["open"].as_u64() < before["open"].as_u64());
    let again = home.run(&["review", "import", &first.to_string_lossy()]).expect(0);
    assert!(again.stdout.contains("it was imported before, and changes nothing"));
    assert_eq!(status(&home), half);
    let mut words = vec!["review".to_owned(), "import".to_owned()];
    words.extend(others.iter().map(|it| it.to_string_lossy().into_owned()));
    home.run(&words.iter().map(String::as_str).collect::<Vec<_>>()).expect(0);
    let done = status(&home);
    assert_eq!((&done["decided"], &done["open"]), (&json!(n), &json!(0)));
    let sum: u64 = done["decisions"]
        .as_object()
        .expect("decisions")
        .values()
        .map(|it| it.as_u64().expect("a count"))
        .sum();
    assert_eq!(sum, done["decided"].as_u64().expect("a count"));
    let words = ["review", "sign", "--name", "Ana", "--role", "CISO", "--statement"];
    let signed = home.run(&[&words[..], &["all-decided", "--statement", "removals"]].concat());
    assert!(signed.expect(0).stdout.starts_with(&format!("All of the {n} lines of campaign ")));
    let shown = home.run(&["review", "status"]).expect(0).stdout;
    assert!(shown.contains("signed    Ana, CISO, on "), "{shown}");
    // What came in is kept, byte for byte.
    assert_eq!(fs::read_dir(folder.join("received")).expect("a folder").count(), sheets.len());
}

#[test]
fn r_03_nobody_is_given_their_own_access_to_review() {
    let (_home, folder) = opened();
    let all = lines(&folder);
    assert!(all.iter().any(|it| !it["reviewer"].as_str().expect("a text").is_empty()));
    for it in &all {
        let own = it["addresses"].as_array().expect("addresses");
        assert!(!own.contains(&it["reviewer"]), "{it}");
    }
    // The fallback's own lines have another reviewer, or none.
    let own = all.iter().filter(|it| it["account"] == FALLBACK);
    assert!(own.clone().count() == 0 || own.clone().all(|it| it["reviewer"] != FALLBACK));
}

#[test]
fn r_07_a_line_says_what_it_lets_its_holder_do() {
    let (_home, folder) = opened();
    let all = lines(&folder);
    let mut told: BTreeMap<String, String> = BTreeMap::new();
    for it in &all {
        let text = |key: &str| it[key].as_str().expect("a text").to_owned();
        let words = [text("entitlement"), text("allows"), text("access_path")].join(" | ");
        told.entry(text("kind")).or_insert(words);
        for key in ["entitlement", "allows", "access_path", "since", "last_used"] {
            assert!(!text(key).is_empty(), "{key}: {it}");
        }
    }
    let told: Vec<_> = told.iter().map(|(kind, words)| format!("{kind}: {words}")).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn what_is_reviewed_is_what_the_configuration_names() {
    let home = eu_from_files();
    reported(&home, "2026-11-02T06:00:00Z");
    let text = home.read("retool-audit.toml");
    let counts = |review: &str| {
        home.write("retool-audit.toml", &reviewing(&text, review));
        let ran = home.run(&["review", "open"]);
        if ran.code != 0 {
            return ran.complaint(&home);
        }
        let folder = home.path(ran.stdout.trim());
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for it in lines(&folder) {
            *counts.entry(it["kind"].as_str().expect("a kind").to_owned()).or_default() += 1;
        }
        fs::remove_dir_all(&folder).expect("it is there");
        format!("{counts:?}")
    };
    let told = [
        "scope = [\"everybody\"]",
        "scope = [\"privileged\"]",
        "scope = [\"tokens\"]",
        "scope = [\"findings\"]",
        "scope = [\"external\"]",
        "groups = [\"Dispatch EU\"]",
        "groups = [\"Dispatch\"]",
        "groups = [\"No Such Group\"]",
    ]
    .map(|it| format!("{it}: {}", counts(it)));
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_pack_that_was_changed_is_not_reviewed_and_one_campaign_is_enough() {
    let (home, folder) = opened();
    let twice = home.run(&["review", "open"]).expect(4).complaint(&home);
    assert!(twice.contains("is a campaign of this snapshot"), "{twice}");
    fs::remove_dir_all(&folder).expect("it is there");
    let pack = fs::read_dir(home.path("evidence/2026-11")).expect("a folder").next();
    let pack = pack.expect("a pack").expect("a folder").path();
    let users = pack.join("report.json");
    let text = fs::read_to_string(&users).expect("it is there");
    fs::write(&users, text.replacen("eu", "ue", 1)).expect("room");
    let refused = home.run(&["review", "open"]).expect(4).complaint(&home);
    assert!(refused.contains("is not as it was sealed: report.json"), "{refused}");
    let none = home.run(&["review", "status"]).expect(4).complaint(&home);
    assert!(none.contains("there is no campaign in"), "{none}");
}

/// The cells of a column of a workbook's first sheet, filled in where they are blank.
fn fill_workbook(bytes: &[u8], column: &str, texts: &[&str]) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).expect("a workbook");
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..from.len() {
        let mut entry = from.by_index(at).expect("an entry");
        let name = entry.name().expect("a name").into_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("bytes");
        if name == "xl/worksheets/sheet1.xml" {
            let mut text = String::from_utf8(content).expect("XML");
            for (row, word) in (2..).zip(texts) {
                let cell = format!("<c r=\"{column}{row}\"");
                let start = text.find(&cell).expect("a cell");
                let end = start + text[start..].find("/>").expect("a blank cell");
                let open = text[start..end].to_owned();
                let filled = format!("{open} t=\"inlineStr\"><is><t>{word}</t></is></c>");
                text.replace_range(start..end + 2, &filled);
            }
            content = text.into_bytes();
        }
        to.start_file(name, zip::write::SimpleFileOptions::default()).expect("room");
        to.write_all(&content).expect("room");
    }
    to.finish().expect("room").into_inner()
}

/// Has `LibreOffice` open a workbook and save it in another form; none where it is not installed.
fn saved_by_libreoffice(path: &Path, form: &str, out: &Path) -> Option<PathBuf> {
    let profile = format!("-env:UserInstallation=file://{}", out.join("profile").display());
    let mut office = Command::new("soffice");
    office.args(["--headless", &profile, "--convert-to", form, "--outdir"]).arg(out).arg(path);
    match office.output() {
        Ok(it) => {
            assert!(it.status.success(), "{}", String::from_utf8_lossy(&it.stderr));
            let ending = form.split(':').next().expect("an ending");
            Some(out.join(path.with_extension(ending).file_name().expect("a name")))
        }
        Err(error) => {
            skipped(&format!("soffice: {error}"));
            None
        }
    }
}

#[test]
fn worksheets_that_libreoffice_saved_come_back_without_loss() {
    let (home, folder) = opened();
    let sheet = &worksheets(&folder, "xlsx")[0];
    let texts = ["keep", "keep", "keep"];
    let bytes = fs::read(sheet).expect("a worksheet");
    let room = TempDir::new().expect("room");
    let filled = room.path().join("filled.xlsx");
    fs::write(&filled, fill_workbook(&bytes, "H", &texts)).expect("room");
    let plain = home.run(&["review", "import", &filled.to_string_lossy()]).expect(0).stdout;
    assert!(plain.contains("filled.xlsx: 3 decisions taken"), "{plain}");
    let out = room.path().join("saved");
    fs::create_dir(&out).expect("room");
    let form = "xlsx:Calc MS Excel 2007 XML";
    let Some(saved) = saved_by_libreoffice(&filled, form, &out) else { return };
    assert_ne!(fs::read(&saved).expect("saved"), fs::read(&filled).expect("filled"));
    let again = home.run(&["review", "import", &saved.to_string_lossy()]).expect(0).stdout;
    assert_eq!(again, plain);
    // The same through a table of text.
    let form = "csv:Text - txt - csv (StarCalc):44,34,76,1";
    let csv = saved_by_libreoffice(&saved, form, &out).expect("it is installed");
    let as_csv = home.run(&["review", "import", &csv.to_string_lossy()]).expect(0).stdout;
    assert_eq!(as_csv, plain.replace(".xlsx", ".csv"));
}

/// Runs the program as if it were that moment; none where the clock cannot be set.
fn at(home: &Home, moment: &str, arguments: &[&str]) -> Option<String> {
    let mut program = Command::new("faketime");
    program.args(["-f", &format!("@{moment}"), env!("CARGO_BIN_EXE_retool-audit")]);
    program.args(arguments).current_dir(home.path(".")).env("TZ", "UTC");
    match program.output() {
        Ok(it) => {
            let told = String::from_utf8_lossy(&it.stdout).into_owned();
            assert!(it.status.code() == Some(0), "{told}{}", String::from_utf8_lossy(&it.stderr));
            Some(told)
        }
        Err(error) => {
            skipped(&format!("faketime: {error}"));
            None
        }
    }
}

/// The line of the worksheets that is about that account and entitlement, decided.
fn decide(folder: &Path, account: &str, entitlement: &str, decision: &str) -> PathBuf {
    for path in worksheets(folder, "csv") {
        let bytes = fs::read(&path).expect("a worksheet");
        let mut reader = csv::ReaderBuilder::new().from_reader(&bytes[..]);
        let header = reader.headers().expect("a header").clone();
        let place = |name: &str| header.iter().position(|it| it == name).expect("a column");
        let (who, what) = (place("Account"), place("Entitlement"));
        let mut rows: Vec<Vec<String>> = Vec::new();
        for row in reader.records() {
            rows.push(row.expect("a row").iter().map(str::to_owned).collect());
        }
        let Some(row) = rows.iter_mut().find(|it| it[who] == account && it[what] == entitlement)
        else {
            continue;
        };
        let told = [
            ("Decision", decision),
            ("Reason", "no longer needed"),
            ("Owner", "ines.duarte@kestrel-freight.example"),
            ("Expires", "2027-01-31"),
            ("Compensating control", "Its use is read every week."),
        ];
        let n_told = if decision == "waive" { told.len() } else { 2 };
        for (column, text) in &told[..n_told] {
            (*text).clone_into(&mut row[place(column)]);
        }
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&header).expect("memory");
        for it in &rows {
            writer.write_record(it).expect("memory");
        }
        let filled = folder.with_extension("csv");
        fs::write(&filled, writer.into_inner().expect("memory")).expect("room");
        return filled;
    }
    panic!("no line about {account}, {entitlement}");
}

/// Takes an account out of a group, or puts it back in.
fn in_group(home: &Home, group: &str, id: &str, is_in: bool) {
    home.edit("eu", "groups", |it| {
        let all = it.as_array_mut().expect("groups");
        let group = all.iter_mut().find(|it| it["name"] == group).expect("a group");
        let members = group["members"].as_array_mut().expect("members");
        members.retain(|it| it["id"] != id);
        if is_in {
            members.push(json!({ "id": id, "is_group_admin": false }));
        }
    });
}

/// What a pack finds of reviews.
fn governance(pack: &Pack) -> String {
    let report = pack.report();
    let text = |it: &Value| it.as_str().expect("a text").to_owned();
    let mut res = String::new();
    for rule in report["rules"].as_array().expect("rules") {
        let code = text(&rule["code"]);
        if !code.starts_with("GOV") || ["GOV-07", "GOV-08"].contains(&&*code) {
            continue;
        }
        let verdicts = rule["instances"].as_array().expect("instances");
        let verdicts: Vec<String> = verdicts.iter().map(|it| text(&it["verdict"])).collect();
        write!(res, "\n{code} {}", verdicts.join(" ")).expect("text grows");
        for it in rule["findings"].as_array().expect("findings") {
            let [state, sentence] = ["state", "sentence"].map(|key| text(&it[key]));
            write!(res, "\n  {state}: {sentence}").expect("text grows");
        }
    }
    res
}

#[test]
fn r_04_a_removal_is_proven_by_later_packs_and_one_that_is_undone_is_told() {
    let home = eu_from_files();
    let text = home.read("retool-audit.toml");
    home.write(
        "retool-audit.toml",
        &reviewing(&text, &format!("fallback = \"{FALLBACK}\"\ndue-days = 365")),
    );
    reported(&home, "2026-08-03T06:00:00Z");
    let Some(folder) = at(&home, "2026-08-04 08:00:00", &["review", "open"]) else { return };
    let folder = home.path(folder.trim());
    let all = lines(&folder);
    let membership = all.iter().find(|it| it["entitlement"] == "member of group Dispatch EU");
    let membership = membership.expect("a membership");
    let (who, id) = (&membership["account"], membership["account_id"].as_str().expect("an id"));
    let who = who.as_str().expect("an address");
    for (entitlement, decision) in
        [("member of group Dispatch EU", "revoke"), ("may sign in", "change")]
    {
        let filled = decide(&folder, who, entitlement, decision);
        let told =
            at(&home, "2026-08-10 08:00:00", &["review", "import", &filled.to_string_lossy()]);
        assert!(told.expect("faketime").contains("1 decision taken"));
    }
    let told = || {
        let ran = home.run(&["review", "status"]);
        let lines = ran.stdout.lines().skip_while(|it| !it.starts_with("removals"));
        let lines: Vec<&str> = lines.take_while(|it| !it.starts_with("signed")).collect();
        format!("exit {}\n{}", ran.code, lines.join("\n"))
    };
    let mut months = vec![told()];
    let pack = reported(&home, "2026-08-12T06:00:00Z");
    months.push(told() + &governance(&pack));
    let pack = reported(&home, "2026-09-07T06:00:00Z");
    months.push(told() + &governance(&pack));
    in_group(&home, "Dispatch EU", id, false);
    let pack = reported(&home, "2026-10-05T06:00:00Z");
    months.push(told() + &governance(&pack));
    in_group(&home, "Dispatch EU", id, true);
    let last = reported(&home, "2026-11-02T06:00:00Z");
    months.push(told() + &governance(&last));
    insta::assert_snapshot!(months.join("\n\n"));
    // What a pack says of reviews is made again from what lies in it.
    let folder = last.dir.to_string_lossy().into_owned();
    home.run(&["verify", &folder, "--replay"]).expect(0);
    // A pack that was changed proves nothing.
    let users = last.dir.join("snapshot/eu/groups.jsonl.zst");
    let path = if users.is_file() { users } else { last.dir.join("snapshot/snapshot.json") };
    let bytes = fs::read(&path).expect("it is there");
    fs::write(&path, &bytes[1..]).expect("room");
    let ran = home.run(&["review", "status"]);
    assert!(ran.stdout.contains("no proof  2026-11/"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("granted again"), "{}", ran.stdout);
}

/// Answers for one group, in which `id` is until it is taken out by a token that may write; gives
/// the requests when told to stop.
fn group_server(id: &'static str, listener: TcpListener) -> JoinHandle<Vec<String>> {
    std::thread::spawn(move || {
        let (mut is_in, mut asked) = (true, Vec::new());
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut head = String::new();
            let mut reader = BufReader::new(&stream);
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).expect("a line") > 0 {}
            let request = head.lines().next().unwrap_or_default().to_owned();
            if request.starts_with("STOP") {
                return asked;
            }
            let (reads, writes) =
                (head.contains("Bearer r-token"), head.contains("Bearer w-token"));
            let status = match request.starts_with("DELETE") {
                false if reads || writes => "200 OK",
                true if writes => "200 OK",
                true if reads => "403 Forbidden",
                _ => "401 Unauthorized",
            };
            is_in &= !(request.starts_with("DELETE") && writes);
            asked.push(format!("{request}: {status}"));
            let members = if is_in { json!([{ "id": id }]) } else { json!([]) };
            let body = json!({ "success": true, "data": { "members": members } }).to_string();
            let length = body.len();
            write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            )
            .expect("an answer");
        }
        asked
    })
}

/// Runs a script of a plan with a token, and gives it answers.
fn sent(script: &Path, token: &str, answers: &str) -> String {
    let mut bash = Command::new("bash");
    bash.arg(script).env("RETOOL_WRITE_TOKEN", token);
    let bash = bash.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = bash.spawn().expect("bash");
    // It may end before it reads.
    child.stdin.take().expect("piped").write_all(answers.as_bytes()).ok();
    let out = child.wait_with_output().expect("it ends");
    let (told, complaint) =
        (String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(token.is_empty() || !(told.contains(token) || complaint.contains(token)));
    // What curl says is in curl's words.
    let complaint: Vec<&str> = complaint.lines().filter(|it| !it.starts_with("curl:")).collect();
    format!("exit {:?}\n{told}{}", out.status.code(), complaint.join("\n"))
}

#[test]
fn a_plan_is_sent_by_somebody_else_request_by_request() {
    let home = eu_from_files();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let place = listener.local_addr().expect("an address");
    let text = home.read("retool-audit.toml");
    let url = text.lines().find(|it| it.starts_with("url = ")).expect("an address");
    let text = text.replace(url, &format!("url = \"http://{place}\""));
    home.write("retool-audit.toml", &reviewing(&text, &format!("fallback = \"{FALLBACK}\"")));
    reported(&home, "2026-08-03T06:00:00Z");
    let folder = home.run(&["review", "open"]).expect(0).stdout;
    let folder = home.path(folder.trim());
    let none = home.run(&["review", "plan"]).expect(0);
    assert!(none.stderr.contains("nothing that was decided is left"), "{}", none.stderr);
    let all = lines(&folder);
    let membership = all.iter().find(|it| it["entitlement"] == "member of group Dispatch EU");
    let membership = membership.expect("a membership");
    let who = membership["account"].as_str().expect("an address");
    let id: &'static str = membership["account_id"].as_str().expect("an id").to_owned().leak();
    for (entitlement, decision) in
        [("member of group Dispatch EU", "revoke"), ("may sign in", "change")]
    {
        let filled = decide(&folder, who, entitlement, decision);
        home.run(&["review", "import", &filled.to_string_lossy()]).expect(0);
    }
    let ran = home.run(&["review", "plan"]).expect(0);
    assert!(ran.stderr.contains("2 lines to be taken away or changed, 1 of them by hand"));
    let plan = home.path(ran.stdout.trim());
    let server = group_server(id, listener);
    let send = |(token, answers)| sent(&plan.join("eu.sh"), token, answers);
    let attempts = [("", "y"), ("another", "y"), ("r-token", "y"), ("w-token", "n")];
    let told: Vec<String> =
        attempts.into_iter().chain([("w-token", "y"), ("w-token", "y")]).map(send).collect();
    write!(TcpStream::connect(place).expect("it runs"), "STOP\r\n\r\n").expect("room");
    let asked = server.join().expect("it ends").join("\n");
    let text = format!("{}\n\nasked\n{asked}", told.join("\n"));
    let text = text.replace(&place.to_string(), "HOST");
    let [today] = Home::days([0]);
    let text = text.lines().map(|it| match it.split_once("  done at ") {
        Some(_) => "  done at …".to_owned(),
        None => it.replace(&today, "TODAY"),
    });
    insta::assert_snapshot!(text.collect::<Vec<_>>().join("\n"));
    let csv = fs::read_to_string(plan.join("plan.csv")).expect("a table");
    assert_eq!(csv.lines().count(), 3, "{csv}");
}

#[test]
fn a_decision_to_waive_becomes_a_record_that_somebody_else_approves() {
    let home = eu_from_files();
    let text = home.read("retool-audit.toml");
    home.write("retool-audit.toml", &reviewing(&text, &format!("fallback = \"{FALLBACK}\"")));
    home.edit("eu", "users", |it| it[0]["last_active"] = json!("2026-01-05T08:00:00Z"));
    reported(&home, "2026-11-02T06:00:00Z");
    let folder = home.path(home.run(&["review", "open"]).expect(0).stdout.trim());
    let all = lines(&folder);
    let flagged = all.iter().find(|it| it["findings"].as_array().is_some_and(|it| !it.is_empty()));
    let flagged = flagged.expect("a line with a finding");
    let text = |key: &str| flagged[key].as_str().expect("text");
    let filled = decide(&folder, text("account"), text("entitlement"), "waive");
    home.run(&["review", "import", &filled.to_string_lossy()]).expect(0);
    let plan = home.run(&["review", "plan"]).expect(0).stdout;
    let record = fs::read_to_string(home.path(plan.trim()).join("waivers.toml")).expect("a record");
    let [today] = Home::days([0]);
    let campaign = folder.file_name().expect("a name").to_string_lossy();
    let record_id = format!("W-{}", &today[..7]);
    let told = record.replace(&today, "TODAY").replace(&*campaign, "CAMPAIGN");
    insta::assert_snapshot!(told.replace(&record_id, "W-MONTH"));
    // As it is, it counts for nothing; approved and put into the file, it stands.
    let approved = record
        .replace("approver = \"\"", &format!("approver = \"{FALLBACK}\""))
        .replace("approved-at = \"\"", "approved-at = 2026-11-01T05:00:00Z")
        .replace(&format!("starts = {today}"), "starts = 2026-11-02");
    let before = home.read("waivers.toml");
    home.write("waivers.toml", &format!("{before}\n{approved}"));
    let again = reported(&home, "2026-11-02T07:00:00Z").report();
    let rules = again["rules"].as_array().expect("rules").iter();
    let mut findings = rules.flat_map(|it| it["findings"].as_array().expect("findings"));
    let waived = findings.find(|it| it["finding_id"] == flagged["findings"][0]);
    assert_eq!(waived.expect("the finding stays")["verdict"], "waived");
}

/// A pack that holds a review with a decision, and what `verify` says once the review was changed
/// in the evidence folder and another pack was made.
fn after(change: impl FnOnce(&Path)) -> (i32, String) {
    let (home, folder) = opened();
    let all = lines(&folder);
    let who = all[0]["account"].as_str().expect("an address");
    let what = all[0]["entitlement"].as_str().expect("words");
    let filled = decide(&folder, who, what, "keep");
    home.run(&["review", "import", &filled.to_string_lossy()]).expect(0);
    let signed = ["review", "sign", "--name", "Ana", "--role", "CISO"];
    home.run(&[&signed[..], &["--statement", "decided-so-far"]].concat()).expect(0);
    reported(&home, "2026-11-03T06:00:00Z");
    change(&folder);
    reported(&home, "2026-11-09T06:00:00Z");
    let ran = home.run(&["verify", "evidence"]);
    let faults = ran.stdout.lines().filter(|it| it.starts_with("  "));
    (ran.code, faults.collect::<Vec<_>>().join("\n"))
}

#[test]
fn a_05_a_review_that_later_packs_hold_otherwise_is_a_fault() {
    assert_eq!(after(|_| {}), (0, String::new()));
    let (code, told) = after(|folder| fs::remove_dir_all(folder).expect("it was there"));
    assert!(code == 1 && told.contains("the pack before holds the review"), "{told}");
    // The signature is taken out again, which leaves a record that is sound in itself.
    let (code, told) = after(|folder| {
        let path = folder.join("record.jsonl");
        let text = fs::read_to_string(&path).expect("a record");
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        fs::write(&path, lines[..lines.len() - 1].concat()).expect("room");
    });
    assert!(code == 1 && told.contains("decisions that are not in it any more"), "{told}");
}

#[test]
fn platforms_get_every_account_with_what_was_decided() {
    let (home, folder) = opened();
    let all = lines(&folder);
    let membership = all.iter().find(|it| it["kind"] == "membership").expect("a membership");
    let who = membership["account"].as_str().expect("an address");
    let what = membership["entitlement"].as_str().expect("words");
    for (entitlement, decision) in [("may sign in", "keep"), (what, "revoke")] {
        let filled = decide(&folder, who, entitlement, decision);
        home.run(&["review", "import", &filled.to_string_lossy()]).expect(0);
    }
    let text = home.read("retool-audit.toml");
    let formats = text.lines().find(|it| it.starts_with("formats")).expect("formats");
    home.write("retool-audit.toml", &text.replace(formats, "formats = [\"csv\", \"generic\"]"));
    let pack = reported(&home, "2026-11-03T06:00:00Z");
    let bytes = fs::read(pack.dir.join("generic/accounts-eu.csv")).expect("a file");
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    let header = reader.headers().expect("a header").clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(|it| it.expect("a row")).collect();
    assert_eq!(rows.len(), pack.rows("users").len(), "every account");
    let cell = |row: &csv::StringRecord, name: &str| {
        row[header.iter().position(|it| it == name).expect("a column")].to_owned()
    };
    let row = rows.iter().find(|it| cell(it, "email") == who).expect("the account");
    assert_eq!(cell(row, "decision"), "keep");
    assert_eq!(cell(row, "reason"), "no longer needed");
    assert_eq!(cell(row, "other_decisions"), format!("revoke {what} (no later snapshot)"));
    let others = rows.iter().filter(|it| cell(it, "email") != who);
    assert!(others.map(|it| cell(it, "decision")).all(|it| it.is_empty()));
}

#[test]
fn a_campaign_that_was_changed_is_told_and_no_older_one_takes_its_place() {
    let (home, older) = opened();
    reported(&home, "2026-11-09T06:00:00Z");
    let newer = home.path(home.run(&["review", "open"]).expect(0).stdout.trim());
    assert_ne!(newer, older);
    let signed = ["review", "sign", "--name", "Ana", "--role", "CISO"];
    home.run(&[&signed[..], &["--statement", "decided-so-far"]].concat()).expect(0);
    let status = |home: &Home| home.run(&["review", "status"]);
    assert!(status(&home).expect(0).stdout.contains("signed    Ana, CISO"));
    for name in ["record.jsonl", "lines.jsonl.zst", "campaign.json"] {
        let path = newer.join(name);
        let text = fs::read(&path).expect("it is there");
        let mut changed = text.clone();
        changed[text.len() / 2] ^= 1;
        fs::write(&path, changed).expect("room");
        let ran = status(&home);
        assert!(ran.code != 0 && ran.stdout.is_empty(), "{name}: {}", ran.stdout);
        let folder = newer.file_name().expect("a name").to_string_lossy();
        assert!(ran.stderr.contains(&*folder), "{name}: {}", ran.stderr);
        let named = home.run(&["review", "status", "--campaign", &older.to_string_lossy()]);
        named.expect(0);
        fs::write(&path, text).expect("room");
    }
    status(&home).expect(0);
}
