//! Snapshots from files: as strict as over the network, and marked as what they are.

use std::fmt::Write as _;
use std::fs;

use retool_audit::digest;
use retool_audit::snapshot::ledger::Endpoint;
use retool_audit::snapshot::{Collected, Snapshot, store};
use serde_json::{Value, json};

use crate::harness::{Home, Ran};

const AT: &str = "2026-11-02T06:00:00Z";

#[test]
fn saved_answers_become_the_snapshot_that_the_api_gives() {
    let home = Home::sample();
    home.without_doubts();
    let server = home.serve();
    home.configure(&server, &["cloud", "eu"]);
    for instance in ["cloud", "eu"] {
        fs::remove_file(home.path(&format!("answers/{instance}/server.json")))
            .expect("it is there");
    }
    fs::remove_dir_all(home.path("answers/legacy")).expect("it is there");
    let (imported, ran) = import(&home, "answers");
    assert_eq!((ran.code, imported.collector.as_str()), (0, "retool-audit 0.2.0 import"));
    assert_eq!(imported.instances[0].url, "file import");
    let path = home.run(&["snapshot"]).expect(0).stdout;
    let (asked, _) = store::read(&home.path(path.trim())).expect("a snapshot");
    for (imported, asked) in imported.instances.iter().zip(&asked.instances) {
        assert_eq!(imported.records.groups.len(), asked.records.groups.len());
        assert_eq!(imported.records.users.len(), asked.records.users.len());
        assert_eq!(imported.records.sso_config, asked.records.sso_config);
        assert_eq!(grants(imported), grants(asked));
    }
    assert!(home.read("answers/cloud/users.json").contains("CANARY"));
    assert!(!format!("{imported:?}{}", ran.stderr).contains("CANARY"), "secrets have no place");
    let row = &imported.instances[0].ledger[0];
    assert_eq!(row.body_sha256, [digest::of(home.read("answers/cloud/users.json"))]);
    assert_eq!((row.request.as_str(), row.pages, row.status), ("users.json", 1, None));

    home.with_the_roster_as_written();
    let report = home.run(&["report", ran.stdout.trim()]).expect(0);
    let report = home.pack(&report).report();
    assert_eq!(report["collector"], "retool-audit 0.2.0 import");
    assert!(report["limits"][0].as_str().expect("text").contains("imported from files"));
    insta::assert_snapshot!(report["opinion"].as_str().expect("text"), @"Collection of evidence: COMPLETE. Users and groups: complete on all 2 instances, as far as the files tell: neither a count nor an end mark came with users of cloud, groups of cloud, users of eu and groups of eu. No count by the server came with the files. 1 threshold is looser than a control allows (EVD-11). The lists come from files, not from Retool itself.");
}

#[test]
fn tables_become_records() {
    let home = home(&["cloud"]);
    home.write(
        "files/cloud/users.csv",
        "user_id;email;first_name;active;last_active;is_admin;seat_type\n\
         user_1;ana@acme.example;Ana;true;2026-10-30T08:00:00+02:00;yes;builder\n\
         user_2;bo@acme.example;unknown;FALSE;;;\n\
         ;Cy@acme.example;\"Cy; \"\"C\"\"\";1;2026-10-30;0;unknown\n",
    );
    home.write(
        "files/cloud/groups.csv",
        "group_id,name,app_access,audit_log_access\n1,admin,own,true\n2,All Users,,\n",
    );
    home.write(
        "files/cloud/memberships.csv",
        "group,user,is_group_admin\n1,user_1,true\nAll Users,CY@acme.example,\n\
         admin,cy@acme.example,no\n",
    );
    let (snapshot, ran) = import(&home, "files");
    assert_eq!(ran.code, 0);
    insta::assert_snapshot!(records(&snapshot), @r#"
    {"id":"user_1","email":"ana@acme.example","first_name":"Ana","active":true,"last_active":"2026-10-30T06:00:00Z","is_admin":true,"seat_type":"builder"}
    {"id":"user_2","email":"bo@acme.example","active":false,"last_active":null,"seat_type":null}
    {"id":"cy@acme.example","email":"Cy@acme.example","first_name":"Cy; \"C\"","active":true,"last_active":"2026-10-30T00:00:00Z","is_admin":false}
    {"id":"1","name":"admin","members":[{"id":"user_1","email":"ana@acme.example","is_group_admin":true},{"id":"cy@acme.example","email":"Cy@acme.example","is_group_admin":false}],"universal_app_access":"own","audit_log_access":true}
    {"id":"2","name":"All Users","members":[{"id":"cy@acme.example","email":"Cy@acme.example"}]}
    "#);
    let report = home.pack(&home.run(&["report", ran.stdout.trim()]).expect(0)).report();
    insta::assert_snapshot!(report["opinion"].as_str().expect("text"), @"Collection of evidence: COMPLETE. Users and groups: complete on the instance, as far as the files tell: neither a count nor an end mark came with users of cloud and groups of cloud. Organization settings, single sign-on settings, invitations and API tokens: no file was provided for cloud. No count by the server came with the files. The lists come from files, not from Retool itself.");
    insta::assert_snapshot!(ledger(&snapshot), @"
    cloud complete
      users.csv: ok, 1 files, received 3 distinct 3 kept 3
      groups.csv and memberships.csv: ok, 2 files, received 2 distinct 2 kept 2
      organization.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `organization.json`
      sso-config.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `sso-config.json`
      user-invites.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `user-invites.json`
      access-tokens.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `access-tokens.json`
      access-requests.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `access-requests.json`
      spaces.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `spaces.json`
      roles.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `roles.json`
      role-grants.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `role-grants.json`
      usage-user-summary.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `usage-user-summary.json`
      usage-organizations.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `usage-organizations.json`
      version.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `version.json`
      permissions.json: not-asked, 0 files, received 0 distinct 0 kept 0 not provided: there is no `permissions.json`
    ");
}

#[test]
fn pages_are_one_list_or_none() {
    let page = |ids: &[u32], pages: Value| {
        let data: Vec<Value> = ids.iter().map(|it| json!({"id": it})).collect();
        let mut res = json!({"success": true, "data": data});
        res.as_object_mut()
            .expect("it is one")
            .extend(pages.as_object().expect("it is one").clone());
        res.to_string()
    };
    let of = |pages: &[String]| {
        let home = home(&["cloud"]);
        home.write("files/cloud/groups.json", "[]");
        for (i, it) in pages.iter().enumerate() {
            home.write(&format!("files/cloud/users-{}.json", i + 1), it);
        }
        let (snapshot, ran) = import(&home, "files");
        let row = &snapshot.instances[0].ledger[0];
        let kept = snapshot.instances[0].records.users.len();
        format!(
            "{} {} kept {kept} of {}: {}",
            ran.code,
            row.outcome.word(),
            row.rows_received,
            row.reason
        )
    };
    let (more, end) = (json!({"has_more": true, "next_token": "t1"}), json!({"has_more": false}));
    let hundred: Vec<Value> = (0..100).map(|it| json!({"id": it})).collect();
    let pictures = [
        of(&[page(&[1, 2], more.clone()), page(&[2, 3], end.clone())]),
        of(&["[{\"id\":1}]".to_owned(), "\u{feff}[{\"id\":2}]".to_owned()]),
        of(&[page(&[1, 2], more.clone())]),
        of(&[page(&[1, 2], end.clone()), page(&[3], end.clone())]),
        of(&[page(&[1, 2], json!({"total_count": 3}))]),
        of(&[page(&[1], more.clone()), page(&[1], more)]),
        of(&[json!(hundred).to_string()]),
        of(&["[{\"id\":1,\"email\":\"a\"},{\"id\":1,\"email\":\"b\"}]".to_owned()]),
        of(&["[{\"id\":1},{\"id\":2,\"active\":\"canary\"}]".to_owned()]),
        of(&["{\"success\":true,\"data\":[{\"id\":1},{\"email\":\"canary\"}]}".to_owned()]),
        of(&["{\"success\":false,\"message\":\"Not on\\nyour plan\"}".to_owned()]),
        of(&["<html>Sign in</html>".to_owned()]),
        of(&["[{\"id\":1},".to_owned()]),
        of(&[" ".to_owned()]),
        of(&["{\"message\":\"x\"}".to_owned()]),
    ];
    insta::assert_snapshot!("pages", pictures.join("\n"));
}

#[test]
fn every_way_to_save_pages_is_read_or_told() {
    let page = |from: u32, to: u32, total: u32| {
        let data: Vec<Value> = (from..to).map(|it| json!({"id": format!("u{it}")})).collect();
        let (more, next) = (to < total, (to < total).then(|| format!("t{to}")));
        json!({"success": true, "data": data, "total_count": total, "next_token": next,
            "has_more": more})
    };
    let pages = [page(0, 100, 230), page(100, 200, 230), page(200, 230, 230)];
    let texts = pages.each_ref().map(Value::to_string);
    let records = pages.iter().flat_map(|it| it["data"].as_array().expect("records"));
    let lines = records.clone().map(|it| format!("{it}\n")).collect::<Vec<_>>().concat();
    let all: Vec<&Value> = records.collect();
    let of = |bytes: &[u8]| {
        let home = home(&["cloud"]);
        fs::create_dir_all(home.path("files/cloud")).expect("a folder");
        fs::write(home.path("files/cloud/users.json"), bytes).expect("room");
        home.write("files/cloud/groups.json", &json!({"data": [], "has_more": false}).to_string());
        let (snapshot, ran) = import(&home, "files");
        let row = &snapshot.instances[0].ledger[0];
        let basis = row.whole_by.map_or("", |it| it.word());
        format!("{} {} kept {} by {basis}: {}", ran.code, row.word(), row.rows_kept, row.reason)
    };
    let with_headers = format!("HTTP/2 200 \r\ndate: now\r\n\r\n{}", page(0, 7, 7));
    let wide: Vec<u8> = lines.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let other_total = [page(0, 100, 230), page(100, 200, 231), page(200, 230, 230)];
    let pictures = [
        of(texts.concat().as_bytes()),
        of(texts.join("\n").as_bytes()),
        of(json!(pages).to_string().as_bytes()),
        of(lines.as_bytes()),
        of(with_headers.as_bytes()),
        of(json!(all[..200]).to_string().as_bytes()),
        of(json!({"data": all[..100]}).to_string().as_bytes()),
        of(json!({"data": all[..100], "has_more": false}).to_string().as_bytes()),
        of(json!({"data": all[..100], "total_count": 100}).to_string().as_bytes()),
        of(json!({"data": all[..100], "next_token": null}).to_string().as_bytes()),
        of(json!({"data": all[..99]}).to_string().as_bytes()),
        of(json!(other_total).to_string().as_bytes()),
        of([texts[0].as_str(), &texts[2], &texts[1]].concat().as_bytes()),
        of(texts[..2].concat().as_bytes()),
        of(&wide),
        of(b"\x1f\x8b\x08\x00"),
        of(b"user_id,email\n1,a@acme.example\n"),
        of(b"HTTP/1.1 403 Forbidden\r\n\r\n{\"success\":false}"),
        of(json!({"success": "no", "data": []}).to_string().as_bytes()),
        of(json!({"data": all[..3], "next_token": {"a": 1}}).to_string().as_bytes()),
        of(json!({"data": all[..3], "total_count": "three"}).to_string().as_bytes()),
        of(b"[1, 2]"),
    ];
    insta::assert_snapshot!("ways_to_save", pictures.join("\n"));
}

/// A hundred accounts without a word that they are all, and what is stated beside them.
#[test]
fn who_knows_how_long_a_list_is_states_it_and_is_quoted() {
    let of = |stated: &str, users: &str| {
        let home = home(&["cloud"]);
        home.write("files/cloud/users.json", users);
        home.write("files/cloud/groups.json", r#"{"data": [{"id": 1, "name": "admin"}]}"#);
        home.write("files/cloud/stated.toml", stated);
        let (snapshot, ran) = import(&home, "files");
        let rows = &snapshot.instances[0].ledger[..2];
        let by = rows.iter().map(|it| it.whole_by.map_or("", |it| it.word()));
        let by: Vec<&str> = by.collect();
        let report = home.run(&["report", ran.stdout.trim()]);
        let pack = home.pack(&report).report();
        let opinion = pack["opinion"].as_str().expect("text");
        let (opinion, _) = opinion.split_once(" Organization settings").expect("lists are missing");
        let (by, reason) = (by.join(" "), &rows[0].reason);
        format!("{} {} by {by}: {reason}\n  {opinion}", ran.code, report.code)
    };
    let users: Vec<Value> = (1..=100).map(|it| json!({"id": it})).collect();
    let [bare, counted] = [
        json!(users).to_string(),
        json!({"success": true, "data": users, "total_count": 100, "has_more": false}).to_string(),
    ];
    let stated = |list: &str, n: u32| {
        let by = "stated-by = \"Ana Berg, IT\"\nsource = \"Settings > Users\"";
        format!("[{list}]\nrecords = {n}\n{by}\n")
    };
    let both = stated("users", 100) + &stated("groups", 1);
    let pictures = [
        of("", &bare),
        of(&stated("users", 100), &bare),
        of(&both, &bare),
        of(&stated("users", 101), &bare),
        of(&stated("users", 99), &counted),
        of(&both, &counted),
    ];
    insta::assert_snapshot!("stated", pictures.join("\n"));
}

#[test]
fn every_file_that_is_read_is_documented() {
    let text = fs::read_to_string("docs/import.md").expect("it is there");
    assert!(text.contains("`stated.toml`"), "docs/import.md does not name it");
    for it in Endpoint::ALL {
        let name = format!("`{}.json`", it.name());
        assert!(text.contains(&name), "docs/import.md does not name {name}");
        let path = it.path().trim_start_matches("/api/v2").trim_start_matches("/api");
        assert!(text.contains(path), "docs/import.md does not name {path}");
    }
}

#[test]
fn tables_that_are_wrong_say_where() {
    let of = |users: &str, groups: &str, memberships: &str| {
        let home = home(&["cloud"]);
        home.write("files/cloud/users.csv", users);
        home.write("files/cloud/groups.csv", groups);
        home.write("files/cloud/memberships.csv", memberships);
        let (snapshot, ran) = import(&home, "files");
        let reasons = snapshot.instances[0].ledger.iter().map(|it| it.reason.as_str());
        let reasons: Vec<_> = reasons.take(2).filter(|it| !it.is_empty()).collect();
        assert!(!reasons.is_empty());
        format!("{} {}", ran.code, reasons.join("\n  "))
    };
    let (users, groups, members) = ("email\na@x.test\n", "name\nadmin\n", "group,user\n");
    let pictures = [
        of("name\nAna\n", groups, members),
        of("email,isadmin\n", groups, members),
        of("email,Email\n", groups, members),
        of("email,active\na@x.test,perhaps\n", groups, members),
        of("email,created_at\na@x.test,02.11.2026\n", groups, members),
        of("email,active\na@x.test\n", groups, members),
        of("email,active\na@x.test,1\nA@x.test,0\n", groups, members),
        of("email,active\n,1\n", groups, members),
        of("email\n\"a@x.test\n", groups, members),
        of(users, "group_id,name\n1,a\n1,b\n", members),
        of(users, groups, "group,user\nadmin,b@x.test\n"),
        of(users, groups, "group,user\nadmins,a@x.test\n"),
        of(users, "group_id,name\n1,a\n2,a\n", "group,user\na,a@x.test\n"),
        of("user_id,email\n1,a@x.test\n2,a@x.test\n", groups, "group,user\nadmin,a@x.test\n"),
        of(users, groups, "group,user,is_group_admin\nadmin,a@x.test,1\nadmin,A@x.test,0\n"),
    ];
    insta::assert_snapshot!("wrong_tables", pictures.join("\n"));
}

#[test]
fn files_that_nobody_would_read_are_refused() {
    let home = home(&["cloud", "eu"]);
    let attempt = |files: &[&str]| {
        for it in files {
            home.write(it, "[]");
        }
        let ran = home.run(&["import", "files", "--collected-at", AT]);
        fs::remove_dir_all(home.path("files")).expect("it is there");
        assert!(!home.path("evidence").exists(), "nothing was written");
        ran.complaint(&home)
    };
    let stated = |text: &str| {
        home.write("files/cloud/stated.toml", text);
        attempt(&["files/cloud/users.json"])
    };
    let pictures = [
        attempt(&["files/clout/users.json", "files/users.json", "files/README.md"]),
        attempt(&["files/cloud/user.json", "files/cloud/apps.json", "files/cloud/.DS_Store"]),
        attempt(&["files/cloud/users.json", "files/cloud/users-1.json", "files/cloud/users.csv"]),
        attempt(&["files/cloud/users-1.json", "files/cloud/users-01.json"]),
        attempt(&["files/cloud/users-1.json", "files/cloud/users-3.json"]),
        attempt(&["files/cloud/memberships.csv", "files/eu/pages/users.json"]),
        attempt(&["files/notes.txt"]),
        attempt(&["files/cloud/users.json", "files/cloud/stated.toml"]),
        stated("[user]\nrecords = 1\n[users]\nrecords = -1\nby = \"Ana\"\n[groups]\n"),
        home.run(&["import", "nowhere", "--collected-at", AT]).complaint(&home),
        home.run(&["import", "nowhere", "--collected-at", "2126-01-01T00:00:00Z"]).complaint(&home),
    ];
    insta::assert_snapshot!("refused", pictures.join("\n"));
    home.run(&["import", "files"]).expect(2);
}

#[test]
fn what_was_not_provided_is_named() {
    let home = home(&["cloud", "eu"]);
    home.write("files/cloud/users.json", "[]");
    let (snapshot, ran) = import(&home, "files");
    assert_eq!(ran.code, 3);
    insta::assert_snapshot!(ledger(&snapshot), @"
    cloud failed
      users.json: ok, 1 files, received 0 distinct 0 kept 0
      groups.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is neither `groups.json` nor `groups.csv`
      organization.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `organization.json`
      sso-config.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `sso-config.json`
      user-invites.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `user-invites.json`
      access-tokens.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `access-tokens.json`
      access-requests.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `access-requests.json`
      spaces.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `spaces.json`
      roles.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `roles.json`
      role-grants.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `role-grants.json`
      usage-user-summary.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `usage-user-summary.json`
      usage-organizations.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `usage-organizations.json`
      version.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no `version.json`
      permissions.json: not-asked, 0 files, received 0 distinct 0 kept 0 not provided: there is no `permissions.json`
    eu failed
      users.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no folder `eu`
      groups.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no folder `eu`
      organization.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no folder `eu`
      sso-config.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no folder `eu`
      user-invites.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no folder `eu`
      access-tokens.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no folder `eu`
      access-requests.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no folder `eu`
      spaces.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no folder `eu`
      roles.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no folder `eu`
      role-grants.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no folder `eu`
      usage-user-summary.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no folder `eu`
      usage-organizations.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no folder `eu`
      version.json: not-configured, 0 files, received 0 distinct 0 kept 0 not provided: there is no folder `eu`
      permissions.json: not-asked, 0 files, received 0 distinct 0 kept 0 not provided: there is no folder `eu`
    ");
}

#[test]
fn a_sentence_names_a_few_of_many_instances_and_says_alike_things_of_all_at_once() {
    let names: Vec<String> = (1..=20).map(|it| format!("shop-{it:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let home = home(&names);
    for (at, name) in names.iter().enumerate() {
        // Every other one has neither users nor groups.
        if at % 2 == 0 {
            home.write(&format!("files/{name}/users.json"), "[]");
            home.write(&format!("files/{name}/groups.json"), "[]");
            home.write(&format!("files/{name}/organization.json"), "{}");
        }
    }
    let (_, ran) = import(&home, "files");
    let report = home.run(&["report", ran.stdout.trim()]).expect(3);
    let report = home.pack(&report).report();
    let opinion = report["opinion"].as_str().expect("text");
    insta::assert_snapshot!(opinion.replace(". ", ".\n"), @"
    Collection of evidence: FAILED, because the users or groups of shop-02, shop-04, shop-06, shop-08, shop-10, shop-12, shop-14, shop-16 and 2 more could not be collected, the collection of shop-01, shop-03, shop-05, shop-07, shop-09, shop-11, shop-13, shop-15 and 2 more is partial and 1 evidence check found a problem.
    Users and groups: complete on 10 of 20 instances; not on shop-02, shop-04, shop-06, shop-08, shop-10, shop-12, shop-14, shop-16 and 2 more (users: no file was provided, groups: no file was provided), as far as the files tell: neither a count nor an end mark came with users of shop-01, groups of shop-01, users of shop-03, groups of shop-03, users of shop-05, groups of shop-05, users of shop-07, groups of shop-07 and 12 more.
    Single sign-on settings, invitations and API tokens: no file was provided for shop-01, shop-03, shop-05, shop-07, shop-09, shop-11, shop-13, shop-15 and 2 more.
    Organization settings: not collected on shop-01, shop-03, shop-05, shop-07, shop-09, shop-11, shop-13, shop-15 and 2 more (an answer that cannot be right).
    No count by the server came with the files.
    Problems were found by 1 evidence check: Required list not collected completely (EVD-01).
    The lists come from files, not from Retool itself.
    ");
}

/// A folder with a configuration of these instances.
fn home(instances: &[&str]) -> Home {
    let home = Home::empty();
    let mut text = "[organization]\nname = \"Acme\"\ndomains = [\"acme.example\"]\n".to_owned();
    for it in instances {
        writeln!(text, "[[instance]]\nname = \"{it}\"\ntoken-env = \"NONE\"").expect("text grows");
    }
    home.write("retool-audit.toml", &text);
    home
}

fn import(home: &Home, dir: &str) -> (Snapshot, Ran) {
    let ran = home.run(&["import", dir, "--collected-at", AT]);
    let path = ran.stdout.trim();
    let read = store::read(&home.path(path));
    (read.unwrap_or_else(|it| panic!("{it}: {}", ran.stderr)).0, ran)
}

/// What is granted on single objects.
fn grants(from: &Collected) -> Vec<String> {
    let grants = from
        .records
        .permissions
        .iter()
        .flat_map(|object| object.entries().map(move |it| format!("{:?} {it:?}", object.id)));
    grants.collect()
}

fn records(snapshot: &Snapshot) -> String {
    let records = &snapshot.instances[0].records;
    let users = records.users.iter().map(|it| serde_json::to_string(it).expect("JSON"));
    let groups = records.groups.iter().map(|it| serde_json::to_string(it).expect("JSON"));
    users.chain(groups).collect::<Vec<_>>().join("\n")
}

fn ledger(snapshot: &Snapshot) -> String {
    let mut res = Vec::new();
    for instance in &snapshot.instances {
        res.push(format!("{} {}", instance.name, instance.state().word()));
        for it in &instance.ledger {
            let (request, outcome, pages) = (&it.request, it.outcome.word(), it.pages);
            let (rows, ids, kept) = (it.rows_received, it.distinct_ids, it.rows_kept);
            let counts = format!("received {rows} distinct {ids} kept {kept}");
            assert_eq!(pages, it.body_sha256.len() as u64);
            res.push(format!("  {request}: {outcome}, {pages} files, {counts} {}", it.reason));
        }
    }
    res.iter().map(|it| it.trim_end()).collect::<Vec<_>>().join("\n")
}
