//! Months in a row: what each pack says, whatever was run between them.

use std::fmt::Write as _;

use retool_audit::catalogue::Catalogue;
use serde_json::{Value, json};

use crate::harness::{Home, copy};
use crate::pack::Pack;

/// A company with a few accounts, whose months are made from files.
pub(crate) struct Company {
    pub(crate) home: Home,
}

/// An account: its name, whether it is an administrator, and whether it may sign in.
pub(crate) type Account<'a> = (&'a str, bool, bool);

pub(crate) const ROOT: Account<'_> = ("root", true, true);
/// Whom the roster does not know.
pub(crate) const GHOST: Account<'_> = ("ghost", false, true);
/// Who left on the last day of September.
const BO: Account<'_> = ("bo", false, true);

impl Company {
    pub(crate) fn new(instances: &[&str]) -> Self {
        let res = Self { home: Home::empty() };
        let roster = "person_id,email,name,status,end_date\n\
                      1,root@acme.test,Root,active,\n2,bo@acme.test,Bo,terminated,2025-09-30\n";
        res.home.write("roster.csv", roster);
        let blocks: Vec<String> = instances.iter().map(|name| block(name, "")).collect();
        res.configure(&blocks.concat());
        res
    }

    pub(crate) fn configure(&self, blocks: &str) {
        let text = format!(
            "[organization]\nname = \"Acme\"\ndomains = [\"acme.test\"]\n\
             timezone = \"Europe/London\"\n\
             [roster]\npath = \"roster.csv\"\n[remediation]\nhigh = 10\n\
             [output]\ndir = \"evidence\"\nformats = [\"csv\", \"json\"]\n{blocks}"
        );
        self.home.write("retool-audit.toml", &text);
    }

    /// Writes the answers of one instance.
    pub(crate) fn answers(&self, instance: &str, accounts: &[Account<'_>]) {
        let user = |(name, admin, active): &Account<'_>| {
            json!({
                "id": format!("user_{name}"), "email": format!("{name}@acme.test"),
                "active": active, "is_admin": admin, "user_type": "default",
                "created_at": "2024-01-10T09:00:00.000Z", "last_active": "2025-09-28T09:00:00.000Z",
                "two_factor_auth_enabled": true,
            })
        };
        let group = |(id, name, all): (u32, &str, bool)| {
            let members = accounts.iter().filter(|it| all || it.1);
            let members: Vec<Value> =
                members.map(|it| json!({"id": format!("user_{}", it.0)})).collect();
            json!({"id": id, "name": name, "members": members})
        };
        let list = |rows: Vec<Value>| {
            json!({"success": true, "total_count": rows.len(), "has_more": false,
                   "next_token": null, "data": rows})
        };
        let files = [
            ("users", list(accounts.iter().map(user).collect())),
            ("groups", list([(1, "admin", false), (4, "All Users", true)].map(group).into())),
            ("access-tokens", list(Vec::new())),
            ("user-invites", list(Vec::new())),
            ("organization", json!({"success": true, "data": {"id": "org_1"}})),
            ("sso-config", json!({"success": true, "data": {"config_type": "oidc"}})),
        ];
        for (name, value) in files {
            self.home.write(&format!("answers/{instance}/{name}.json"), &value.to_string());
        }
    }

    /// Says how people sign in, and what else the organization has set.
    fn settings(&self, instance: &str, sso: &Value, organization: &Value) {
        for (name, value) in [("sso-config", sso), ("organization", organization)] {
            let value = json!({"success": true, "data": value});
            self.home.write(&format!("answers/{instance}/{name}.json"), &value.to_string());
        }
    }

    fn forget(&self, instance: &str) {
        std::fs::remove_dir_all(self.home.path(&format!("answers/{instance}")))
            .expect("it is there");
    }

    /// A snapshot of which no report is made.
    pub(crate) fn trial(&self, at: &str) -> String {
        let ran = self.home.run(&["import", "answers", "--collected-at", at]);
        ran.stdout.trim().to_owned()
    }

    /// A snapshot and its pack, and what that says.
    fn month(&self, at: &str) -> String {
        let snapshot = self.trial(at);
        let ran = self.home.run(&["report", &snapshot]);
        let pack = self.home.pack(&ran);
        format!("{at}: exit {}\n{}", ran.code, told(&pack))
    }
}

/// A bucket gives back the packs of each month, and nothing else of the folder.
fn restored(from: &Company) -> Company {
    let res = Company { home: Home::empty() };
    for name in ["roster.csv", "retool-audit.toml"] {
        res.home.write(name, &from.home.read(name));
    }
    copy(&from.home.path("answers"), &res.home.path("answers"));
    for entry in std::fs::read_dir(from.home.path("evidence")).expect("there is evidence") {
        let name = entry.expect("it can be read").file_name();
        let month = name.to_str().expect("a name").to_owned();
        if month.starts_with("20") {
            let below = format!("evidence/{month}");
            copy(&from.home.path(&below), &res.home.path(&below));
        }
    }
    res
}

/// The block of one instance.
pub(crate) fn block(name: &str, more: &str) -> String {
    format!(
        "[[instance]]\nname = \"{name}\"\nurl = \"https://{name}.acme.test\"\ntoken-env = \"T\"\n\
         {more}\n"
    )
}

/// What a pack says about time.
#[expect(clippy::too_many_lines, reason = "a line for each thing that is told")]
fn told(pack: &Pack) -> String {
    let report = pack.report();
    let mut res = format!("  period {}\n", report["period"].as_str().expect("a period"));
    let text = |it: &Value| it.as_str().expect("a text").to_owned();
    let list = |it: &Value| it.as_array().expect("a list").clone();
    let comparison = &report["comparison"];
    for it in list(&comparison["instances"]) {
        let over = list(&it["passed_over"]);
        let over: Vec<_> = over
            .iter()
            .map(|it| format!("{} {}", &text(&it["name"])[..10], text(&it["value"])))
            .collect();
        let at = text(&it["collected_at"]);
        let at = if at.is_empty() { "nothing" } else { &at[..10] };
        writeln!(res, "  {} is compared with {at}, passed over {over:?}", text(&it["instance"]))
            .expect("text grows");
    }
    let changes = pack.rows("changes");
    let changes = changes.iter().filter(|it| it["kind"] == "user");
    let changes: Vec<String> =
        changes.map(|it| format!("{} {} {}", it["label"], it["change"], it["what"])).collect();
    writeln!(res, "  changes of users {changes:?}").expect("text grows");
    for it in pack.rows("findings") {
        if ["USR-01", "USR-03", "USR-04"].contains(&&*it["rule_code"])
            && it["verdict"] == "exception"
        {
            let keys =
                ["instance", "rule_code", "subject", "state", "first_seen", "due", "overdue"];
            writeln!(res, "  {}", keys.map(|key| it[key].as_str()).join(" ")).expect("text grows");
        }
    }
    for it in pack.rows("fixed") {
        if it["rule_code"].starts_with("USR") {
            let keys = ["instance", "rule_code", "subject", "outcome", "why"];
            writeln!(res, "  {}", keys.map(|key| it[key].as_str()).join(" ")).expect("text grows");
        }
    }
    let coverage = pack.rows("coverage");
    let coverage: Vec<String> = coverage
        .iter()
        .map(|it| format!("{} {} {}", it["instance"], it["period"], it["state"]))
        .collect();
    writeln!(res, "  {}", coverage.join(", ")).expect("text grows");
    for it in list(&report["coverage"]["instances"]) {
        writeln!(res, "  {} is next due on {}", text(&it["instance"]), text(&it["next_due"]))
            .expect("text grows");
    }
    for it in list(&comparison["gone"]) {
        let keys = ["instance", "last_collected", "excluded_because", "advice"];
        writeln!(res, "  no longer audited: {}", keys.map(|key| text(&it[key])).join(" | "))
            .expect("text grows");
    }
    res
}

#[test]
fn a_second_run_and_a_trial_swallow_nothing_and_move_no_date() {
    let company = Company::new(&["prod"]);
    company.answers("prod", &[ROOT, GHOST]);
    let mut story =
        vec![company.month("2025-10-02T06:00:00Z"), company.month("2025-10-20T06:00:00Z")];
    company.answers("prod", &[ROOT, GHOST, BO]);
    company.trial("2025-11-01T15:00:00Z");
    story.push(company.month("2025-11-02T06:00:00Z"));
    story.push(company.month("2025-11-14T06:00:00Z"));
    // Bo is disabled, and the ghost is gone.
    company.answers("prod", &[ROOT, ("bo", false, false)]);
    story.push(company.month("2025-12-01T00:00:03Z"));
    insta::assert_snapshot!(story.join("\n"));
}

#[test]
fn midnight_of_the_first_belongs_to_the_month_that_begins() {
    let company = Company::new(&["prod"]);
    company.answers("prod", &[ROOT]);
    let months = ["2025-08-31T23:00:03Z", "2025-09-30T23:00:03Z", "2025-11-01T00:00:03Z"];
    insta::assert_snapshot!(months.map(|it| company.month(it)).join("\n"));
}

#[test]
fn an_instance_that_is_dropped_is_named_until_somebody_says_why() {
    let company = Company::new(&["us", "eu"]);
    company.answers("us", &[ROOT]);
    company.answers("eu", &[ROOT, GHOST]);
    let mut story = vec![company.month("2025-10-02T06:00:00Z")];
    company.forget("eu");
    company.configure(&block("us", ""));
    story.push(company.month("2025-11-02T06:00:00Z"));
    let excluded = "[[excluded]]\ninstance = \"EU\"\nreason = \"Shut down.\"\n";
    company.configure(&format!("{excluded}{}", block("us", "")));
    story.push(company.month("2025-12-02T06:00:00Z"));
    insta::assert_snapshot!(story.join("\n"));
}

#[test]
fn an_instance_that_is_renamed_keeps_its_history_where_the_configuration_says_so() {
    let company = Company::new(&["eu"]);
    company.answers("eu", &[ROOT, GHOST]);
    let mut story = vec![company.month("2025-10-02T06:00:00Z")];
    company.forget("eu");
    company.answers("europe", &[ROOT, GHOST, BO]);
    let renamed = |more: &str| {
        company.configure(&block("europe", more).replace("https://europe.", "https://eu."));
    };
    renamed("");
    story.push(company.month("2025-11-02T06:00:00Z"));
    renamed("formerly = [\"eu\"]");
    story.push(company.month("2025-11-03T06:00:00Z"));
    insta::assert_snapshot!(story.join("\n"));
}

#[test]
fn a_month_that_is_skipped_is_missing_and_the_next_compares_with_the_one_before() {
    let company = Company::new(&["prod"]);
    company.answers("prod", &[ROOT, GHOST]);
    let mut story = vec![company.month("2025-09-02T06:00:00Z")];
    company.trial("2025-10-02T06:00:00Z");
    story.push(company.month("2025-11-02T06:00:00Z"));
    insta::assert_snapshot!(story.join("\n"));
}

#[test]
fn a_finding_is_as_old_as_the_packs_say_with_or_without_their_reports() {
    let story = |formats: &str| {
        let company = Company::new(&["prod"]);
        company.home.reconfigure("[\"csv\", \"json\"]", formats);
        company.answers("prod", &[ROOT, BO]);
        let roster = company.home.read("roster.csv");
        company.home.write("roster.csv", &roster.replace("terminated,2025-09-30", "active,"));
        let mut res = Vec::new();
        for at in ["2025-08-03T06:00:00Z", "2025-09-03T06:00:00Z"] {
            let snapshot = company.trial(at);
            company.home.run(&["report", &snapshot]);
        }
        company.configure(&block("prod", ""));
        company
            .home
            .write("roster.csv", "person_id,email,name,status\n1,root@acme.test,Root,active\n");
        res.push(company.month("2025-10-02T06:00:00Z"));
        res.join("\n")
    };
    let reported = story("[\"csv\", \"json\"]");
    insta::assert_snapshot!(reported);
    // The roster of then lies in the packs too.
    assert_eq!(story("[\"csv\"]"), reported);
}

#[test]
fn packs_that_a_bucket_gave_back_are_all_the_history_that_a_month_needs() {
    let company = Company::new(&["prod"]);
    let organization = |value: &str| {
        let text = json!({"success": true, "data": {"id": "org_1", "quiet_word": value}});
        company.home.write("answers/prod/organization.json", &text.to_string());
    };
    company.answers("prod", &[ROOT, GHOST]);
    organization("one");
    company.month("2025-09-02T06:00:00Z");
    company.answers("prod", &[ROOT, GHOST, BO]);
    organization("one");
    company.month("2025-11-02T06:00:00Z");
    company.answers("prod", &[ROOT, ("bo", false, false)]);
    organization("two");
    let restored = restored(&company);
    let at = "2025-12-02T06:00:00Z";
    let story = restored.month(at);
    insta::assert_snapshot!(story, @r#"
    2025-12-02T06:00:00Z: exit 3
      period 2025-12
      prod is compared with 2025-11-02, passed over []
      changes of users ["bo@acme.test changed active", "ghost@acme.test removed record"]
      prod USR-03 bo@acme.test new 2025-12-02T06:00:00Z 2025-12-12 false
      prod USR-01 bo@acme.test resolved 
      prod USR-04 ghost@acme.test not comparable the user is gone
      prod USR-16 bo@acme.test not comparable the rule speaks of changes since the month before, and that month is over
      prod 2025-09 complete, prod 2025-10 missing, prod 2025-11 complete, prod 2025-12 complete
      prod is next due on 2026-01-06
    "#);
    assert_eq!(company.month(at), story);
    let pack = |of: &Company| {
        let months = std::fs::read_dir(of.home.path("evidence/2025-12")).expect("a month");
        let mut packs = months.map(|it| it.expect("a pack").path());
        Pack::at(packs.next().expect("a pack"))
    };
    let (one, other) = (pack(&company), pack(&restored));
    // Fingerprints of settings are by a key that no pack holds, and so is the snapshot's id.
    for table in ["continuity", "coverage", "fixed", "leavers", "trend"] {
        let rows = |of: &Pack| {
            let mut rows = of.rows(table);
            for row in &mut rows {
                row.retain(|name, _| !["report_id", "snapshot_id"].contains(&name.as_str()));
            }
            rows
        };
        assert_eq!(rows(&one), rows(&other), "{table}");
    }
}

#[test]
fn an_instance_that_may_be_another_under_the_same_name_is_told_on_the_first_page() {
    let told = |url: &str, organization: Option<&str>| {
        let company = Company::new(&["prod"]);
        company.answers("prod", &[ROOT, GHOST]);
        company.month("2025-10-02T06:00:00Z");
        let block = block("prod", "").replace("https://prod.acme.test", url);
        company.configure(&block);
        let file = "answers/prod/organization.json";
        match organization {
            None => std::fs::remove_file(company.home.path(file)).expect("it is there"),
            Some(id) => {
                let text = json!({"success": true, "data": {"id": id}}).to_string();
                company.home.write(file, &text);
            }
        }
        let mut lines = Vec::new();
        for at in ["2025-11-02T06:00:00Z", "2025-12-02T06:00:00Z"] {
            let snapshot = company.trial(at);
            let ran = company.home.run(&["report", &snapshot]);
            let report = company.home.pack(&ran).report();
            let opinion = report["opinion"].as_str().expect("an opinion").to_owned();
            let words = opinion.split("What earlier packs call so").nth(1).unwrap_or("nothing");
            let limits = report["limits"].as_array().expect("a list").clone();
            let limits = limits.iter().map(|it| it.as_str().expect("a text"));
            let limit = limits.clone().find(|it| it.starts_with("The instance `prod`"));
            lines.push(format!("{} {words}\n  {}", report["state"], limit.unwrap_or("nothing")));
        }
        format!("{url} {organization:?}\n{}", lines.join("\n"))
    };
    let story = [
        told("https://prod.acme.test", Some("org_1")),
        told("https://prod.acme.test", None),
        told("https://prod.acme.test", Some("org_2")),
    ];
    insta::assert_snapshot!(story.join("\n"), @r#"
    https://prod.acme.test Some("org_1")
    "complete" nothing
      nothing
    "complete" nothing
      nothing
    https://prod.acme.test None
    "complete" nothing
      nothing
    "complete" nothing
      nothing
    https://prod.acme.test Some("org_2")
    "partial"  may be another instance, which is no longer audited: prod (another organization than on 2025-10-02). The lists come from files, not from Retool itself.
      The instance `prod` has another organization behind it than in the snapshot of 2025-10-02. The organization's id is another, so it is another instance under the same name: what is compared with earlier snapshots says nothing, and no account in the earlier instance was reviewed.
    "complete" nothing
      nothing
    "#);
}

#[test]
fn what_people_wrote_of_an_instance_counts_for_it_by_the_name_that_it_had() {
    let company = Company::new(&["eu"]);
    company.answers("eu", &[ROOT, GHOST]);
    company.month("2025-10-02T06:00:00Z");
    company.forget("eu");
    company.answers("europe", &[ROOT, GHOST]);
    let config = block("europe", "formerly = [\"EU\"]").replace("https://europe.", "https://eu.");
    let inputs = "[[excluded]]\ninstance = \"eu\"\nreason = \"Shut down.\"\n\
                  [waivers]\npath = \"waivers.toml\"\n[approvals]\npath = \"approvals.csv\"\n\
                  [baseline]\npath = \"baseline.csv\"\n";
    company.configure(&format!("{inputs}{config}"));
    company.home.write(
        "waivers.toml",
        "[[waiver]]\nid = \"W-1\"\nkind = \"risk-accepted\"\nrule = \"USR-04\"\n\
         instance = \"eu\"\nsubjects = [\"user_ghost\"]\n",
    );
    let approvals = "instance,subject,change,reference,approver,approved-at\n\
                     eu,user_ghost,added,CHG-1,root@acme.test,2025-10-20\n";
    company.home.write("approvals.csv", approvals);
    company.home.write("baseline.csv", "instance,subject,entitlement\nEu,root@acme.test,admin\n");
    let snapshot = company.trial("2025-11-02T06:00:00Z");
    let ran = company.home.run(&["report", &snapshot]);
    let pack = company.home.pack(&ran);
    let line = |row: &crate::pack::Row, names: &[&str]| {
        names.iter().map(|it| row[*it].as_str()).collect::<Vec<_>>().join(" | ")
    };
    let names = ["instance", "input", "place", "named", "found", "note"];
    let references = pack.rows("references");
    let mut lines: Vec<String> = references.iter().map(|it| line(it, &names)).collect();
    let waivers = pack.rows("waivers");
    lines.extend(waivers.iter().map(|it| line(it, &["instance", "waiver_id"])));
    let rejected = &pack.report()["approvals"]["rejected"];
    lines.push(format!("approvals rejected: {rejected}"));
    insta::assert_snapshot!(lines.join("\n"), @"
    all | baseline.csv | line 2, instance | Eu | true | the former name of `europe`
    all | retool-audit.toml | excluded | eu | true | the former name of `europe`, which is audited: the exclusion leaves nothing out
    europe | approvals.csv | line 2, approver | root@acme.test | true | 
    europe | approvals.csv | line 2, instance | eu | true | the former name of `europe`
    europe | approvals.csv | line 2, subject | user_ghost | true | 
    europe | baseline.csv | line 2, entitlement | admin | true | 
    europe | baseline.csv | line 2, subject | root@acme.test | true | 
    europe | waivers.toml | waiver W-1, instance | eu | true | the former name of `europe`
    europe | waivers.toml | waiver W-1, subjects | user_ghost | true | 
    europe | W-1
    approvals rejected: []
    ");
}

#[test]
fn another_identity_provider_is_a_change_whatever_the_server_calls_it() {
    let company = Company::new(&["prod"]);
    let sso = json!({
        "config_type": "saml", "saml_groups_attribute": "groups", "jit_enabled": true,
        "ldap_role_mapping": "ops->Ops", "ldap_server_url": "ldap://one.acme.test",
        "idp_metadata_xml": "<EntityDescriptor entityID='https://one.acme.test'/>",
    });
    let organization = json!({"id": "org_1", "preloaded_javascript": "one()", "forms": 1});
    company.answers("prod", &[ROOT]);
    company.settings("prod", &sso, &organization);
    company.month("2025-10-02T06:00:00Z");
    let (mut sso, mut organization) = (sso, organization);
    sso["ldap_role_mapping"] = json!("everyone->admin");
    sso["saml_groups_attribute"] = json!("anything");
    sso["idp_metadata_xml"] = json!("<EntityDescriptor entityID='https://canary.acme.test'/>");
    organization["preloaded_javascript"] = json!("canary()");
    organization["forms"] = json!(2);
    company.settings("prod", &sso, &organization);
    let pack =
        company.home.pack(&company.home.run(&["report", &company.trial("2025-11-02T06:00:00Z")]));
    let mut told = String::new();
    for it in pack.rows("findings").iter().filter(|it| it["rule_code"] == "AUT-11") {
        writeln!(told, "{} {}: {}", it["verdict"], it["subject"], it["observed"])
            .expect("text grows");
    }
    insta::assert_snapshot!(told);
    let files = ["csv/findings.csv", "report.json", "population.json"];
    let kept = files.map(|it| pack.bytes(it)).concat();
    assert!(!String::from_utf8_lossy(&kept).contains("canary"));
}

#[test]
fn rules_about_the_evidence_are_asked_for_the_opinion_though_they_are_switched_off() {
    let company = Company::new(&["prod"]);
    company.answers("prod", &[ROOT]);
    // A full page, and no word that it is the last.
    let users: Vec<Value> = (0..100).map(|it| json!({"id": format!("user_{it}")})).collect();
    company.home.write("answers/prod/users.json", &json!({"data": users}).to_string());
    let on = company.home.run(&["report", &company.trial("2025-10-02T06:00:00Z")]);
    let codes: Vec<String> = company.home.pack(&on).report()["rules"]
        .as_array()
        .expect("rules")
        .iter()
        .filter(|it| it["code"].as_str().is_some_and(|it| it.starts_with("EVD-")))
        .map(|it| format!("{{ rule = {}, reason = \"Too noisy.\" }}", it["name"]))
        .collect();
    company.configure(&format!("[rules]\ndisable = [{}]\n{}", codes.join(", "), block("prod", "")));
    let off = company.home.run(&["report", &company.trial("2025-10-03T06:00:00Z")]);
    let said =
        |ran| company.home.pack(ran).report()["opinion"].as_str().expect("a text").to_owned();
    insta::assert_snapshot!(format!(
        "exit {}\n{}\nexit {}\n{}",
        on.code,
        said(&on),
        off.code,
        said(&off)
    ));
}

/// Six months of three instances in which everything happens: a leaver who comes back, a second run
/// of a month, a month without one, an instance that is renamed, a risk whose acceptance is
/// withdrawn, and days and thresholds that change. At its end the folder proves itself.
#[test]
#[expect(clippy::too_many_lines, reason = "a line or two for each month")]
fn a_history_in_which_everything_happens_proves_itself() {
    let company = Company::new(&["us", "eu", "old"]);
    let blocks = |names: [&str; 3], more: &str| -> String {
        let block = |name: &&str| {
            block(
                name,
                if *name == "new" { "formerly = [\"old\"]" } else { "approved-admins = []" },
            )
        };
        names.iter().map(block).collect::<String>() + more
    };
    let waivers = "[waivers]\npath = \"waivers.toml\"\n";
    let roster = company.home.read("roster.csv") + "3,ana@acme.test,Ana,active,\n";
    company.home.write("roster.csv", &roster);
    for name in ["us", "eu", "old"] {
        company.answers(name, &[ROOT, GHOST]);
    }
    company.answers("us", &[ROOT, GHOST, BO]);
    let mut story = vec![company.month("2025-10-02T06:00:00Z")];
    // Bo is disabled in October's second run, and what was found stays found.
    company.answers("us", &[ROOT, GHOST, ("bo", false, false)]);
    story.push(company.month("2025-10-20T06:00:00Z"));
    // Someone accepts the ghost of eu in November, and nobody collects in December.
    company.home.write("waivers.toml", &accepted_ghost());
    company.configure(&blocks(["us", "eu", "old"], waivers));
    story.push(company.month("2025-11-04T06:00:00Z"));
    // In January Bo is back, `old` has another name, and the acceptance is withdrawn.
    company.answers("us", &[ROOT, GHOST, BO]);
    std::fs::rename(company.home.path("answers/old"), company.home.path("answers/new"))
        .expect("it is there");
    company.configure(&blocks(["us", "eu", "new"], ""));
    story.push(company.month("2026-01-05T06:00:00Z"));
    // In February exceptions have fewer days, and in March accounts may be idle for longer.
    let days = |text: &str| text.replace("high = 10", "high = 5");
    company.home.write("retool-audit.toml", &days(&company.home.read("retool-audit.toml")));
    story.push(company.month("2026-02-03T06:00:00Z"));
    let longer = "[rules.dormant-account]\ndays = 180\n\
                  [audit]\nwindow = { from = \"2025-08\", to = \"2026-06\" }\n";
    company.configure(&blocks(["us", "eu", "new"], longer));
    company.home.write("retool-audit.toml", &days(&company.home.read("retool-audit.toml")));
    let snapshot = company.trial("2026-03-03T06:00:00Z");
    let last = company.home.pack(&company.home.run(&["report", &snapshot]));
    story.push(told(&last));
    for it in last.rows("findings") {
        if it["verdict"] == "exception" && ["USR-04", "DRM-01"].contains(&&*it["rule_code"]) {
            let keys = [
                "instance",
                "rule_code",
                "subject",
                "state",
                "first_seen",
                "age_basis",
                "judged_since",
                "due",
                "due_moved",
            ];
            story.push(format!("  {}", keys.map(|key| it[key].as_str()).join(" ")));
        }
    }
    insta::assert_snapshot!(story.join("\n"));
    // Months of the auditor's window before the first pack are missing, and not absent.
    let coverage = &last.report()["coverage"];
    assert_eq!(
        (&coverage["window"]["begun"], &coverage["window"]["months"]),
        (&json!(8), &json!(11))
    );
    let gaps = coverage["gaps"].as_array().expect("gaps").iter();
    let missing = gaps.filter(|it| it["instance"] == "us" && it["state"] == "missing");
    let missing: Vec<&Value> = missing.map(|it| &it["period"]).collect();
    assert_eq!(missing, ["2025-08", "2025-09", "2025-12"]);
    // Every pack is whole, goes on from the one before, and is rendered again from what lies in it.
    std::fs::remove_dir_all(company.home.path("evidence/snapshots")).expect("they are in packs");
    let ran = company.home.run(&["verify", "evidence", "--replay"]).expect(0);
    assert_eq!(ran.stdout.matches("every file is the same").count(), 6, "{}", ran.stdout);
    let python = std::process::Command::new("python3")
        .arg(last.dir.join("verify.py"))
        .arg(company.home.path("evidence"))
        .output()
        .expect("python3 is there");
    assert!(python.status.success(), "{}", String::from_utf8_lossy(&python.stdout));
    let covered = company.home.run(&["coverage", "--to", "2026-03"]);
    insta::assert_snapshot!("a_history_in_which_everything_happens_covers", covered.stdout);
}

/// The acceptance of the ghost of `eu`, for a time.
fn accepted_ghost() -> String {
    let version = Catalogue::default().find("USR-04").expect("a rule").version();
    format!(
        "[[waiver]]\nid = \"W-1\"\nkind = \"risk-accepted\"\nrule = \"USR-04\"\n\
         rule-version = \"{version}\"\ninstance = \"eu\"\nsubjects = [\"ghost@acme.test\"]\n\
         severity-cap = \"high\"\nreason = \"A migration until spring.\"\nowner = \"root@acme.test\"\n\
         requested-by = \"root@acme.test\"\napprover = \"ana@acme.test\"\n\
         approved-at = 2025-10-26T09:00:00Z\nstarts = 2025-10-27\nexpires = 2026-03-31\n"
    )
}
