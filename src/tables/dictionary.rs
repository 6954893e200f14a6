//! The data dictionary: every table and column a rule or a CSV file may have.
//!
//! One line per column: its meaning, name, kind, and what a missing cell means. The columns above
//! `---` are the CSV file's, in its order; those below serve rules only.

use std::sync::LazyLock;

use polars::prelude::{DataFrame, Expr, PolarsResult, Schema, col};

use super::column::{Bool, ColumnKind, ColumnMeta, Day, Int, Key, List, Null, Span, Text, Time};
use super::declare::{cell, given, null, snake_case, tables};

tables! {
    /// One row per account and instance, disabled accounts too.
    Users in "users" by [user_id] as user {
        /// The instance the account lives in.
        instance: Text,
        /// Retool's id of the account.
        user_id: Text,
        /// The address the account signs in with.
        email: Text ? unknown,
        /// Given and family name as Retool has them.
        name: Text,
        /// Whether the account may sign in.
        active: Bool ? unknown,
        /// When the account was made.
        created_at: Time ? unknown,
        /// Last activity as Retool reports it; empty where the account was never used.
        last_active: Time ? absent_if("never_active"),
        /// Whole days between the last activity and the collection.
        days_inactive: Int ? absent_if("never_active"),
        /// Whether Retool flags the account as administrator.
        is_admin: Bool ? unknown,
        /// Privilege: 0 administrator, 1 owns or may change what others use, 2 may see or assign people, 3 ordinary.
        tier: Int ? unknown,
        /// Whether Retool's own second factor is enrolled.
        two_factor: Bool ? unknown,
        /// Retool's kind of account: default, mobile or embed.
        user_type: Text ? unknown,
        /// The seat that Retool states; empty where it states that there is none.
        seat_reported: Text ? unknown,
        /// The seat class derived for the account.
        license_class: Text,
        /// What the class was derived from.
        license_basis: Text,
        /// How sure the class is.
        license_confidence: Text,
        /// Whether the account can edit an app, a workflow or an agent, by a group, a grant or a role: yes, no or unknown.
        build_capability: Text,
        /// The groups the account is in besides All Users.
        groups: Text ? unknown,
        /// Whether the roster knows the address: matched, unmatched, ambiguous or unknown.
        roster_match: Text,
        /// The person in the roster: the roster's id, or else the first address, or else the name.
        person_id: Text ? absent,
        /// The person's status in the roster; empty where the roster has no such person.
        roster_status: Text ? unknown,
        /// The person's manager in the roster.
        manager: Text ? absent,
        /// The strongest tier that the account may have, where its tier is not known exactly.
        tier_at_least: Int ? bound_of("tier"),
        /// The weakest tier that the account may have, where its tier is not known exactly.
        tier_at_most: Int ? bound_of("tier"),
        /// How many groups besides All Users the account is known to be in, where these may not be all.
        n_groups_at_least: Int ? bound_of("n_groups"),
        /// How many groups besides All Users the account is in.
        n_groups: Int ? unknown,
        ---
        /// The account's number in this snapshot.
        account: Key,
        /// What reports call the account: its address, or its id where it has none.
        label: Text,
        /// The address in lower case, by which accounts are matched.
        login: Text ? unknown,
        /// Whether the account was never used; missing where the server did not say.
        never_active: Bool ? unknown,
        /// Whole days between the account's making and the collection.
        days_since_created: Int ? unknown,
        /// Whether the address belongs to one of the organization's own domains.
        own_domain: Bool ? unknown,
        /// The address up to its first dot, underscore, plus, hyphen, digit or at sign.
        mail_stem: Text ? unknown,
        /// Whether the instance lets people sign in with a password.
        password_login: Bool ? unknown,
        /// What the roster calls the person: employee, contractor, service or external.
        roster_type: Text ? absent,
        /// The person's last day; missing where the roster has no such day.
        end_date: Day ? unknown,
        /// Seconds since the end of the person's last day; missing where the roster has no such day.
        since_end: Span ? unknown,
        /// Seconds since the end of the roster's own date: the shortest time for which a person is gone whom the roster calls a leaver without a last day; missing where that date is not known.
        left_for: Span ? unknown,
        /// How the account comes by its access, in words.
        access_path: Text,
        /// Whether the account is in the group admin.
        in_admin_group: Bool ? unknown,
        /// Whether the account may edit all apps.
        edits_apps: Bool ? unknown,
        /// Whether groups let the account edit all apps, all workflows or all agents.
        builds_through_groups: Bool ? unknown,
        /// Whether the account may edit everything of any kind.
        edits_anything: Bool ? unknown,
        /// Whether a group other than External Users grants the account anything on everything of a kind.
        inside_access: Bool ? unknown,
        /// Whether a group lets the account read the audit log.
        reads_audit_log: Bool ? unknown,
        /// Whether the account may add and remove members of any group.
        group_admin: Bool ? unknown,
        /// Whether it may do so in a group of which the configuration does not name it an owner.
        unlisted_group_admin: Bool ? unknown,
        /// The groups whose members the account may add and remove.
        administers: Text,
        /// Whether the roster gives the person no last day.
        no_end_date: Bool ? unknown,
        /// Seconds from the end of the person's last day to the last activity.
        use_after_end: Span ? unknown,
        /// Seconds from the collection to the beginning of the person's first day.
        until_start: Span ? unknown,
        /// Seconds from the making of the account to the beginning of the person's first day.
        made_before_start: Span ? unknown,
        /// Seconds since the person's leave began.
        on_leave_for: Span ? unknown,
        /// Other accounts that may sign in under the same address, whatever its case.
        namesakes: Int ? unknown,
        /// How many accounts of the person on the instance may sign in; missing where the person is not known.
        active_accounts: Int ? unknown,
        /// Of how many of them that is unknown.
        unknown_accounts: Int ? unknown,
        /// Seconds by which the latest of the account's times lies after the reading of the list; negative where it lies before.
        seconds_ahead: Int ? unknown,
        /// The known groups of the person's accounts in all instances, in lower case.
        duties: List,
        /// Whether these are all of them.
        duties_whole: Bool,
        /// Whether the account was there at the previous snapshot.
        known_before: Bool ? unknown,
        /// Whether the account could sign in then; missing where it was not there.
        was_active: Bool ? unknown,
        /// The account's privilege then; missing where it was not there.
        was_tier: Int ? unknown,
        /// The strongest tier that it may have had, where that is not known exactly.
        was_tier_at_least: Int ? bound_of("was_tier"),
        /// The weakest tier that it may have had, where that is not known exactly.
        was_tier_at_most: Int ? bound_of("was_tier"),
        /// Whether the account is in other groups than then.
        groups_changed: Bool ? unknown,
        /// Seconds from the end of the person's last day to the last snapshot at hand at which the account could sign in, or else to the previous one.
        active_after_end: Span ? unknown,
        /// Seconds from the end of that day to the first snapshot after that at which it could not.
        disabled_after_end: Span ? unknown,
        /// Whether department, title or manager differ from the roster of the previous snapshot.
        moved: Bool ? unknown,
        /// What differs, and how it was then.
        moved_from: Text,
        /// In how many other instances the person has an account.
        other_instances: Int,
        /// The other instances in which none of the person's accounts may sign in.
        off_elsewhere: Text,
        /// Seconds for which that is certain, in the instance where it is longest.
        off_at_least: Span ? unknown,
        /// Seconds for which that may be so at the most.
        off_at_most: Span ? unknown,
        /// Whether the new account was approved.
        new_approved: Bool,
        /// Whether the reactivation of the account was approved.
        reactivation_approved: Bool,
        /// Whether the higher privilege of the account was approved.
        privilege_approved: Bool,
        /// Seconds between the last activity and the collection.
        inactive_for: Span ? absent_if("never_active"),
        /// Seconds between the account's making and the collection.
        age: Span ? unknown,
        /// Which rows of the roster contradict each other about the person, with line and status; empty where none do.
        roster_contradiction: Text,
        /// Whose the account likely is, where its address is not in the roster; a likeness decides nothing.
        likely_person: Text,
        /// Whether the roster has it as a service account with an owner who has not left.
        answered_for: Bool ? unknown,
        /// The owners of the service account according to the roster, each with their status; empty where it is none.
        answers: Text,
        /// The groups of `duties`, and all others that the person may be in, in lower case.
        duties_at_most: List ? unknown,
    }

    /// One row per account and group, All Users included.
    Memberships in "memberships" by [user_id, group_id] as membership {
        /// The instance the membership is in.
        instance: Text,
        /// Retool's id of the account.
        user_id: Text,
        /// The account's address.
        email: Text ? unknown,
        /// Retool's id of the group.
        group_id: Text,
        /// The group's name.
        group_name: Text ? unknown,
        /// Whether the account may add and remove members of the group.
        is_group_admin: Bool ? unknown,
        /// Whether the account belongs to the group only because every account does.
        implicit: Bool,
        /// Whether the account is in the instance's list of users.
        resolved: Bool,
        ---
        /// The account's number in this snapshot; missing where the list of users has no such id.
        account: Key ? absent,
        /// The group's number in this snapshot.
        group: Key,
    }

    /// One row per account: the most that any of its groups grants.
    EffectiveAccess in "effective-access" by [user_id] as access {
        /// The instance the access is in.
        instance: Text,
        /// Retool's id of the account.
        user_id: Text,
        /// The account's address.
        email: Text ? unknown,
        /// What the account may do with all apps: none, use, edit or own.
        app_access: Text ? unknown,
        /// What the account may do with all resources.
        resource_access: Text ? unknown,
        /// What the account may do with all workflows.
        workflow_access: Text ? unknown,
        /// What the account may do with the query library: none, use or edit; administrators own it.
        query_library_access: Text ? unknown,
        /// The most that grants on single apps, folders, resources and workflows give, to the account or its groups.
        object_access: Text ? unknown,
        /// How the account comes by it, in words.
        access_path: Text,
        /// What the account may do with all agents; empty where the server says nothing about agents.
        agent_access: Text ? unknown,
        ---
        /// The account's number in this snapshot.
        account: Key,
    }

    /// One row per grant on a single app, folder, resource or workflow; what follows from groups and folders is left out.
    Grants in "grants" by [object_type, object_id, subject_type, subject_id] as grant {
        /// The instance the object lives in.
        instance: Text,
        /// What is granted on: app, folder, resource or workflow.
        object_type: Text,
        /// Retool's id of the object.
        object_id: Text,
        /// The name people know the object by.
        object: Text ? unknown,
        /// To whom: user, group or invite.
        subject_type: Text,
        /// Retool's id of the account, group or invitation.
        subject_id: Text,
        /// The account's or invitation's address, or the group's name; unknown where the instance lists no such subject.
        subject: Text ? unknown,
        /// What the subject may do with the object: use, edit or own; the most that all ways together give.
        access: Text ? unknown,
        /// How the subject comes by it, in words.
        access_path: Text,
        ---
    }

    /// One row per permission group.
    Groups in "groups" by [group_id] as group {
        /// The instance the group lives in.
        instance: Text,
        /// Retool's id of the group.
        group_id: Text,
        /// The name people know the group by.
        name: Text,
        /// Accounts in the group; All Users has every account.
        members: Int ? unknown,
        /// Accounts in the group that may sign in.
        active_members: Int ? unknown,
        /// What the group grants on all apps.
        app_access: Text ? unknown,
        /// What the group grants on all resources.
        resource_access: Text ? unknown,
        /// What the group grants on all workflows.
        workflow_access: Text ? unknown,
        /// What the group grants on the query library.
        query_library_access: Text ? unknown,
        /// Whether members may list all users.
        user_list_access: Bool ? unknown,
        /// Whether members may read the audit log.
        audit_log_access: Bool ? unknown,
        /// Whether members may open unpublished releases.
        unpublished_release_access: Bool ? unknown,
        /// Whether members may read usage analytics.
        usage_analytics_access: Bool ? unknown,
        /// Whether members may edit themes.
        theme_access: Bool ? unknown,
        /// Whether members may read account details.
        account_details_access: Bool ? unknown,
        /// The owners of the group according to the configuration; empty where it names none for this one.
        owners: Text ? unknown,
        /// The accounts that may add and remove members.
        group_admins: Text,
        /// What the group grants beside what it granted at the previous snapshot: same, created, or what changed.
        since_previous: Text ? unknown,
        /// When the group was made.
        created_at: Time ? unknown,
        /// When the group was last changed.
        updated_at: Time ? unknown,
        /// What the group grants on all agents; empty where the server says nothing about agents.
        agent_access: Text ? unknown,
        /// What the group grants on everything of kinds that this version does not know, as `kind level`.
        other_access: Text,
        /// How many members may sign in at the least, where it is not known exactly.
        active_members_at_least: Int ? bound_of("active_members"),
        /// How many members may sign in at the most, where it is not known exactly.
        active_members_at_most: Int ? bound_of("active_members"),
        ---
        /// Whether it grants anything on everything of such a kind; missing where it may.
        grants_others: Bool ? unknown,
        /// Whether it lets its members change everything of such a kind; missing where it may.
        others_change: Bool ? unknown,
        /// The group's number in this snapshot.
        group: Key,
        /// The group's name in lower case.
        lower_name: Text,
        /// Whether the configuration lets the group read the audit log; missing where it has no list.
        audit_approved: Bool ? unknown,
        /// Whether the configuration names an owner of the group, and not an empty list of them; missing where it has no lists.
        has_owner: Bool ? unknown,
    }

    /// One row per invitation.
    Invites in "invites" by [invite_id] as invite {
        /// The instance the invitation leads to.
        instance: Text,
        /// Retool's id of the invitation.
        invite_id: Text,
        /// Who is invited.
        invited_email: Text ? unknown,
        /// Who invited.
        invited_by: Text ? unknown,
        /// When the invitation was made.
        created_at: Time ? unknown,
        /// When the link stops working.
        expires_at: Time ? unknown,
        /// pending, expired, claimed or unknown, at the time of collection.
        status: Text,
        /// The kind of account it leads to: default, mobile or external.
        user_type: Text ? unknown,
        /// The groups the invited person will be in.
        groups: Text ? unknown,
        /// The roles that are granted to the invitation itself; empty where none is known.
        roles: Text,
        /// What reports call the account that invited.
        inviter: Text ? unknown,
        ---
        /// What reports call the invitation: the invited address, or its id where it has none.
        label: Text,
        /// Whether the invitation was accepted.
        claimed: Bool ? unknown,
        /// Whether the link has stopped working.
        expired: Bool ? unknown,
        /// Whole days between the invitation's making and the collection.
        days_since_created: Int ? unknown,
        /// Whether it leads to admin, to a group of tier 1, or to a role with power over the organization.
        privileged: Bool ? unknown,
        /// Whether the invited address belongs to one of the organization's own domains.
        own_domain: Bool ? unknown,
        /// Whether the roster knows the invited address: matched, unmatched, ambiguous or unknown.
        roster_match: Text,
        /// The invited person's status in the roster; empty where the roster has no such person.
        roster_status: Text ? unknown,
        /// Whether that account may sign in: active, disabled, missing (no such account) or unknown.
        inviter_state: Text,
        /// The privilege of that account.
        inviter_tier: Int ? unknown,
        /// The strongest tier that it may have, where its tier is not known exactly.
        inviter_tier_at_least: Int ? bound_of("inviter_tier"),
        /// The weakest tier that it may have, where its tier is not known exactly.
        inviter_tier_at_most: Int ? bound_of("inviter_tier"),
        /// Whether the roster knows its address: matched, unmatched, ambiguous or unknown.
        inviter_match: Text,
        /// Seconds between the invitation's making and the collection.
        age: Span ? unknown,
    }

    /// One row per API token, without its secret.
    Tokens in "tokens" by [token_id] as token {
        /// The instance the token opens.
        instance: Text,
        /// Retool's id of the token.
        token_id: Text,
        /// The token's name.
        label: Text,
        /// What the token is for.
        description: Text ? unknown,
        /// The last four characters of the secret.
        last4: Text ? unknown,
        /// The account that made the token.
        owner: Text ? absent,
        /// Whether that account may sign in: active, disabled, missing (no such account) or unknown.
        owner_state: Text,
        /// The owner's status in the roster; empty where the roster has no such person.
        owner_roster_status: Text ? unknown,
        /// What the token may do.
        scopes: Text ? unknown,
        /// Whether any scope is not known to read and do nothing else.
        can_write: Bool ? unknown,
        /// When the token was made.
        created_at: Time ? unknown,
        /// When the token was last changed.
        updated_at: Time ? unknown,
        /// Whole days between the token's making and the collection.
        days_since_created: Int ? unknown,
        /// The scopes that are not known to be harmless, each with what it allows; empty where there is none.
        powers: List ? unknown,
        ---
        /// Those scopes alone, in the same order.
        power_words: List ? unknown,
        /// The token's name in lower case.
        lower_label: Text ? unknown,
        /// Whether the configuration has the token among the approved ones; missing where it has no list.
        approved: Bool ? unknown,
        /// Whether its owner is a service account with an owner in the roster.
        service_owner: Bool ? unknown,
        /// Whether the token was there at the previous snapshot.
        known_before: Bool ? unknown,
        /// Whether its scopes, or the time of its last change, differ from then.
        changed_since: Bool ? unknown,
        /// What the token could do then; missing where it was not there.
        old_scopes: Text ? unknown,
        /// Whether the token or its change was approved.
        change_approved: Bool,
        /// Seconds between the token's making and the collection.
        age: Span ? unknown,
    }

    /// One row per request for access.
    AccessRequests in "access-requests" by [request_id] as request {
        /// The instance that access was asked to.
        instance: Text,
        /// Retool's id of the request.
        request_id: Text,
        /// PENDING, APPROVED or DENIED.
        status: Text ? unknown,
        /// Who asks.
        requesting_email: Text ? unknown,
        /// The account that decided, or its id where no list of users has it; empty where Retool names none.
        decided_by: Text ? unknown,
        /// When the request was made.
        created_at: Time ? unknown,
        /// When the request was last changed.
        updated_at: Time ? unknown,
        /// Whole days between the request's making and the collection.
        days_since_created: Int ? unknown,
        ---
        /// What reports call the request: the asking address, or the request's id where it has none.
        label: Text,
        /// Who the deciding account is: another, requester, missing (no such account), none or unknown.
        decider: Text,
        /// Seconds between the request's making and the collection.
        age: Span ? unknown,
    }

    /// One row per role that a group, an account, an invitation or an API token holds.
    RoleGrants in "role-grants" by [grant_id] as role_grant {
        /// The instance the role is held in.
        instance: Text,
        /// Retool's id of the grant, or its place in the list where it has none.
        grant_id: Text,
        /// Retool's id of the role.
        role_id: Text ? unknown,
        /// The role's name.
        role: Text ? unknown,
        /// What kind of holder it is, as Retool says it.
        holder_kind: Text ? unknown,
        /// Retool's id of the holder.
        holder_id: Text ? unknown,
        /// What people call the holder: a group's name, an account's or invitation's address, a token's name, or the id where the instance lacks it or its kind is not known.
        holder: Text ? unknown,
        /// What the role allows in the organization; empty where it is limited to single objects.
        organization_scopes: Text ? unknown,
        /// When the role was granted.
        created_at: Time ? unknown,
        /// What it allows in the organization that is not known to be harmless, each permission with what it does; empty where that is nothing.
        powers: List ? unknown,
        ---
        /// Those permissions alone, in the same order.
        power_words: List ? unknown,
        /// What reports call the grant.
        label: Text,
        /// Whether the holder is the group admin.
        to_admins: Bool ? unknown,
        /// Whether the configuration approves of the holder; missing where it has no list.
        approved: Bool ? unknown,
    }

    /// One row per account: what it did in the days that usage was asked for.
    Usage in "usage" by [user_id] as usage {
        /// The instance the account lives in.
        instance: Text,
        /// Retool's id of the account.
        user_id: Text,
        /// The account's address.
        email: Text ? unknown,
        /// The first of the days.
        first_day: Day ? unknown,
        /// The last of the days.
        last_day: Day ? unknown,
        /// How many days these are.
        usage_days: Int ? unknown,
        /// How often the account opened an app.
        app_views: Int ? unknown,
        /// How often the account saved an app; edits of workflows are not counted by Retool.
        app_saves: Int ? unknown,
        /// Different apps that the account edited.
        apps_edited: Int ? unknown,
        ---
        /// The account's number in this snapshot.
        account: Key,
    }

    /// One row per instance: what protects signing in, and what app owners may do.
    Settings in "settings" by [] as setting {
        /// The instance.
        instance: Text,
        /// Whether everyone must have a second factor.
        two_factor_required: Bool ? unknown,
        /// The kind of second factor that is required.
        two_factor_type: Text ? unknown,
        /// The single sign-on set-up that the API shows: google, oidc, saml or a pair of them.
        sso_type: Text ? unknown,
        /// Whether signing in with a password is possible.
        password_login: Bool ? unknown,
        /// Whether accounts are created at first sign-in.
        jit_enabled: Bool ? unknown,
        /// The mail domains that may sign in.
        restricted_domain: Text ? unknown,
        /// Which role of the identity provider becomes which group.
        roles_mapping: Text ? unknown,
        /// Whether people may ask to join.
        request_access_enabled: Bool ? unknown,
        /// Whether app owners may share their apps directly.
        owners_may_share: Bool ? unknown,
        /// Whether mails about sign-ins from new addresses are on.
        new_login_mail: Bool ? unknown,
        /// Whether the identity provider's groups become groups here.
        group_sync: Bool ? unknown,
        /// Whether the identity provider makes and disables accounts over SCIM; the API has no such
        /// field.
        scim: Bool ? unknown,
        /// Where the instance runs, which decides what its API can show: cloud or self-hosted.
        deployment: Text,
        /// The settings that the configuration states because the API does not show them, with the
        /// evidence that it names.
        stated: Text,
        /// The settings of which the API and the configuration say different things, and which are
        /// unknown therefore.
        contradicted: Text,
        ---
    }

    /// One row per account of a person of the roster who left.
    Leavers by [person_id, user_id] as leaver {
        /// The instance of the account.
        instance: Text,
        /// The person in the roster.
        person_id: Text,
        /// The person's name in the roster.
        name: Text,
        /// The person's last day.
        end_date: Day ? unknown,
        /// Retool's id of the account.
        user_id: Text,
        /// The account's address.
        email: Text ? unknown,
        /// Whether the account may still sign in.
        active: Bool ? unknown,
        /// The last snapshot at hand at which it could, of those of the last two years; empty where it could at none.
        seen_active: Time ? absent,
        /// The first of them after that at which it could not; empty where it can. It may have been disabled earlier.
        seen_disabled: Time ? absent,
        /// Last activity as Retool reports it.
        last_active: Time ? unknown,
        /// Whether it was used after the last day was over.
        used_after_end: Bool ? unknown,
        /// The account's privilege.
        tier: Int ? unknown,
        ---
    }

    /// One row per leaver and account, and one per person without: every leaver is there.
    LeaverList in "leavers" by [person_id, user_id, roster_lines] as leaver_line {
        /// The instance of the account; `all` where the row is of no account.
        instance: Text,
        /// The person in the roster: the roster's id, or else the first address, or else the name.
        person_id: Text,
        /// The person's name in the roster.
        name: Text,
        /// The person's last day as the roster gives it, which is over at midnight where the organization is.
        end_date: Day ? unknown,
        /// Retool's id of the account; empty where the row is of no account.
        user_id: Text,
        /// The account's address; empty where the person has no account.
        email: Text ? unknown,
        /// Whether the account may still sign in.
        active: Bool ? absent_if("no_account"),
        /// The last snapshot at hand at which it could, of those of the last two years; empty where it could at none.
        seen_active: Time ? absent,
        /// The first of them after that at which it could not; empty where it can. It may have been disabled earlier.
        seen_disabled: Time ? absent,
        /// Last activity as Retool reports it; empty where the account was never used.
        last_active: Time ? absent_if("never_active"),
        /// Whether it was used after the last day was over.
        used_after_end: Bool ? absent_if("no_account"),
        /// The account's privilege.
        tier: Int ? absent_if("no_account"),
        /// What was found: `account`; `no account on any audited instance`, where all of their lists were read whole; `not known: …`, with the lists that were not read or what else is in the way; or `cannot be looked up: no address in the roster`.
        found: Text,
        /// What the person comes to over all instances, the same in each of their rows: `active account`, `disabled accounts only`, `no account`, `cannot be looked up` or `not known`.
        person_state: Text,
        /// The lines of the roster on which the person stands.
        roster_lines: Text,
        ---
        /// Whether it is known that the person has no account.
        no_account: Bool ? unknown,
        /// Whether there was no use: the account was never used, or there is none.
        never_active: Bool ? unknown,
    }

    /// One row per person of the roster with an account, across instances, and per person who cannot be looked up for want of an address; leavers without an account stand in leavers.csv.
    People in "people" by [person_id] as person {
        /// Always `all`: a person is not of one instance.
        instance: Text,
        /// The person in the roster.
        person_id: Text,
        /// The person's name in the roster.
        name: Text,
        /// The person's status in the roster.
        status: Text ? unknown,
        /// What the roster calls the person.
        kind: Text,
        /// The person's manager in the roster.
        manager: Text ? absent,
        /// How many instances the person has an account in; unknown of a person without an address.
        instances: Int ? unknown,
        /// How many of the person's accounts may sign in.
        active_accounts: Int ? unknown,
        /// The highest privilege of any of them.
        highest_tier: Int ? unknown,
        /// Each account: instance, address, state and tier; or that the roster gives no address to look for.
        accounts: Text,
        ---
    }

    /// One row per instance and derived seat class.
    Licenses in "licenses" by [license_class] as license {
        /// The instance.
        instance: Text,
        /// The derived seat class.
        license_class: Text,
        /// Accounts of the class.
        accounts: Int,
        /// Those whose class Retool itself reports.
        reported: Int,
        /// Those able to become builders by editing.
        able_to_build: Int,
        /// Seats bought for the class according to the configuration.
        purchased: Int ? unknown,
        /// Those of them that are not taken; negative where there are more accounts than seats. A named seat is taken by a disabled account too.
        free: Int ? unknown,
        /// What decides about a seat according to the configuration.
        license_model: Text,
        /// Disabled accounts for which Retool still states the seat; they are no accounts of the class, and have a class of their own.
        held_by_disabled: Int,
        ---
    }

    /// One row per person of the roster.
    Roster by [person_id] as roster {
        /// Always `all`: the roster is the organization's.
        instance: Text,
        /// The person.
        person_id: Text,
        /// The person's name.
        name: Text,
        /// The person's status: active, leave, terminated or future.
        status: Text ? unknown,
        /// What the roster calls the person: employee, contractor, service or external.
        kind: Text,
        ---
    }

    /// One row per account or group that an invitation or a token names.
    References by [reference_id] as reference {
        /// The instance the reference is in.
        instance: Text,
        /// What refers, and by which field.
        reference_id: Text,
        /// The same for people to read.
        label: Text,
        /// What is referred to.
        target: Text ? unknown,
        /// Whether the instance has it.
        resolved: Bool ? unknown,
        ---
    }

    /// One row per name that the configuration, the waivers, the approvals or the baseline uses.
    InputReferences in "references" by [input, place, named] as input_reference {
        /// The instance that the name is of; `all` where it may be of any.
        instance: Text,
        /// The file that holds the name.
        input: Text,
        /// The line, or the path of the key.
        place: Text,
        /// What the name is of: group, account, token, person, host or Space, list, instance or subject.
        kind: Text,
        /// The name.
        named: Text,
        /// Whether something goes by it.
        found: Bool ? unknown,
        /// What may have been meant, or why that is unknown; empty where it was found.
        note: Text,
        /// The codes of the rules that rest on it and therefore give no pass; empty where none does.
        rules: Text,
        ---
    }

    /// One row per address that an instance speaks of: its own, its Spaces', and those in its usage.
    Hosts by [host_id] as host {
        /// The instance that speaks of it.
        instance: Text,
        /// Retool's id of the Space, or what else tells the row apart.
        host_id: Text,
        /// What people call it.
        name: Text,
        /// The host it is reached at.
        host: Text ? unknown,
        /// Whether the configuration has an instance for it.
        configured: Bool ? unknown,
        /// Why the configuration excludes it; empty where it does not.
        excluded_because: Text,
        ---
    }

    /// One row per instance: the token that the collection showed, as the list of tokens has it.
    Collectors by [] as collector {
        /// The instance.
        instance: Text,
        /// The last four characters of the token.
        token_last4: Text ? unknown,
        /// The token's name.
        label: Text ? unknown,
        /// What the token may do.
        scopes: Text ? unknown,
        /// Whether any scope is not known to read and do nothing else.
        can_write: Bool ? unknown,
        /// The scopes that are not known to be harmless, each with what it allows; empty where there is none.
        powers: List ? unknown,
        /// The account that made the token.
        owner: Text ? unknown,
        /// Whether that account may sign in: active, disabled, missing (no such account) or unknown.
        owner_state: Text,
        /// Whether the roster knows its address: matched, unmatched, ambiguous or unknown.
        owner_match: Text,
        ---
    }

    /// The rosters that the accounts of all instances were compared with, one row each.
    RosterFiles by [roster_id] as roster_file {
        /// `all`: a roster is organization-wide.
        instance: Text,
        /// `roster`, or the file's name where there are several rosters.
        roster_id: Text,
        /// The file's name.
        file: Text,
        /// The day of which the file is: of several days that it states the oldest.
        as_of: Day ? unknown,
        /// Days from that date to the day of the collection where the organization is; negative where the file says to be of a later day.
        days_since_as_of: Int ? unknown,
        /// Rows below the header.
        rows: Int,
        /// Rows that are no person: a second header, a total, what stands below the table.
        left_out: Int,
        /// People in the same roster of the newest earlier pack.
        people_before: Int ? unknown,
        /// People who are not in that one.
        added: Int ? unknown,
        /// People who are in that one alone.
        removed: Int ? unknown,
        /// People of both about whom they say different things, the name aside.
        changed: Int ? unknown,
        /// The same in words, or why it is unknown.
        difference: Text,
        /// Cells that could not be read, and rows whose cells could not be told apart: the row belongs to a person, and what rests on it is unknown.
        unreadable: Int,
        /// The lines and columns of those.
        unreadable_cells: Text,
        /// What cells and rows say against each other about where people stand, each with its line.
        contradictions: Text,
        ---
    }

    /// One row per cell of a roster that could not be read, and per row that is no person or repeats another.
    RosterCells in "roster-cells" by [file, line, header] as roster_cell {
        /// `all`: a roster is organization-wide.
        instance: Text,
        /// The roster's file.
        file: Text,
        /// The line of the file where the row begins, from 1.
        line: Int,
        /// What became of it: `cell not read`, where the person stays and what rests on the cell is unknown; `row not laid out`, where it has more cells than the header, and the person stays; `row left out`, which is no person; `row repeated`, which says what an earlier one says; `further position`, which gives a person another position than an earlier row does.
        what: Text,
        /// The header of the column of a cell.
        header: Text,
        /// As what the column is read.
        read_as: Text,
        /// What the cell or the row holds.
        text: Text,
        /// Why it was not read.
        reason: Text,
        ---
    }

    /// One row per account and group, or `admin`, that the account has or that the baseline expects.
    Entitlements by [entitlement_id] as entitlement {
        /// The instance.
        instance: Text,
        /// Retool's id of the account, and the entitlement.
        entitlement_id: Text,
        /// The account's address, or what the baseline calls it.
        subject: Text,
        /// The group's name in lower case, or `admin`.
        entitlement: Text,
        /// Whether an account that may sign in has it.
        observed: Bool ? unknown,
        /// Whether the baseline expects it; unknown where a row of it names an instance that the configuration lacks.
        expected: Bool ? unknown,
        ---
    }

    /// One row per approved administrator.
    ApprovedAdmins by [email] as approved {
        /// The instance the approval is for.
        instance: Text,
        /// The approved address, in lower case.
        email: Text,
        ---
    }

    /// One row per rule parameter and control that bounds it; a parameter that none bounds has one.
    Thresholds in "thresholds" by [rule_code, parameter, framework, control] as threshold {
        /// Always `all`: a threshold is the same for all instances.
        instance: Text,
        /// The code of the rule that judges by it.
        rule_code: Text,
        /// The rule's name.
        rule: Text,
        /// The key under `[rules.<name>]`, with its unit.
        parameter: Text,
        /// The value that was used.
        used: Text,
        /// The value without a configuration.
        default_value: Text,
        /// Whether the configuration sets it.
        configured: Bool,
        /// The framework that bounds it; empty where none does.
        framework: Text,
        /// The framework's id of the control.
        control: Text,
        /// The loosest value that the control takes.
        tolerated: Text,
        /// What the control says about it, in our own words.
        says: Text,
        /// Whether the value that was used is looser.
        looser: Bool,
        ---
        /// The same in every run.
        threshold_id: Text,
        /// The rule's name and the key.
        label: Text,
        /// The framework and the control for people to read.
        asked_by: Text,
    }

    /// One row per waiver, in force or not.
    Waivers in "waivers" by [waiver_id] as waiver {
        /// The instance the waiver is for.
        instance: Text,
        /// The waiver's id, which is never used again.
        waiver_id: Text,
        /// active, expiring (within 30 days), future, superseded (by a renewal in force), expired, stale (what was approved has changed), unused (nothing it names is an exception), unresolved (nothing it names is there, or which of several is meant is not said) or invalid.
        state: Text,
        /// risk-accepted, compensating-control, remediation-plan, false-positive or not-applicable.
        kind: Text,
        /// The code of the rule whose exceptions it accepts.
        rule_code: Text,
        /// The rule's name.
        rule: Text,
        /// The rule's version for which it was approved.
        rule_version: Text,
        /// Whom or what it names.
        subjects: Text,
        /// What people call them, as far as the lists of the instance have them.
        named_subjects: Text,
        /// How many exceptions it accepts in this report.
        covered: Int,
        /// Their finding ids.
        covers: Text,
        /// The worst severity that it accepts.
        severity_cap: Text,
        /// Why the risk is taken.
        reason: Text,
        /// What keeps the risk down meanwhile.
        compensating_control: Text,
        /// The files that support it, each with its SHA-256; they are not opened.
        evidence: Text,
        /// Who owns the risk.
        owner: Text,
        /// Who asked for it.
        requested_by: Text,
        /// Who approved it.
        approver: Text,
        /// When it was approved.
        approved_at: Time ? absent,
        /// Its first day, in the time zone of the organization.
        starts: Day ? absent,
        /// Its last day, in the time zone of the organization, to its end.
        expires: Day ? absent,
        /// When it is to be looked at again.
        review_by: Day ? absent,
        /// The ticket.
        ticket: Text,
        /// The waiver that it renews.
        supersedes: Text,
        /// How often what it accepts was renewed.
        renewals: Int,
        /// Why it cannot be relied on; empty where it can.
        problem: Text ? unknown,
        /// What a reader must know besides.
        remark: Text,
        /// What people call the subjects of the findings that it accepts, in the order of `covers`.
        covered_subjects: Text,
        ---
        /// The severity of an ordinary exception of its rule.
        rule_severity: Text,
        /// The share of the rule's exceptions on the instance that it accepts, in percent, rounded up.
        percent: Int,
    }

    /// One row per instance that is compared with an earlier snapshot.
    Previous by [] as previous {
        /// The instance.
        instance: Text,
        /// The earlier snapshot.
        snapshot_id: Text,
        /// When that was collected.
        collected_at: Time,
        ---
    }

    /// One row per instance whose earlier snapshot lies with the roster of its time.
    FormerRoster by [] as former_roster {
        /// The instance.
        instance: Text,
        /// People in that roster.
        people: Int,
        ---
    }

    /// One row per account of the previous snapshot.
    FormerUsers by [user_id] as former_user {
        /// The instance the account lived in.
        instance: Text,
        /// Retool's id of the account.
        user_id: Text,
        /// What reports call the account.
        label: Text,
        /// Whether the account could sign in then.
        was_active: Bool ? unknown,
        /// The account's privilege then.
        was_tier: Int ? unknown,
        /// Whether the account is still in the list of users.
        present: Bool,
        ---
    }

    /// One row per list whose length is compared with the previous snapshot.
    Swings by [population_id] as swing {
        /// The instance.
        instance: Text,
        /// users, memberships, or a group by its id.
        population_id: Text,
        /// The same for people to read.
        label: Text,
        /// users, memberships or group.
        kind: Text,
        /// How long the list was.
        before: Int ? unknown,
        /// How long it is.
        after: Int ? unknown,
        ---
    }

    /// One row per group of this snapshot or the previous one.
    GroupChanges by [group_id] as group_change {
        /// The instance.
        instance: Text,
        /// Retool's id of the group.
        group_id: Text,
        /// The group's name.
        name: Text,
        /// created, deleted, changed, same or unknown.
        change: Text,
        /// What differs: before and after.
        what: Text,
        /// Whether the group is new or gone, or grants something else.
        changed: Bool ? unknown,
        /// Whether it grants more than before.
        raised: Bool ? unknown,
        /// Whether the change was approved.
        approved: Bool,
        ---
    }

    /// One row per setting that protects an instance.
    SettingChanges by [setting] as setting_change {
        /// The instance.
        instance: Text,
        /// The setting.
        setting: Text,
        /// What it was at the previous snapshot.
        before: Text ? unknown,
        /// What it is.
        after: Text ? unknown,
        /// Whether the two differ.
        changed: Bool ? unknown,
        /// Whether it protects less than before.
        weaker: Bool ? unknown,
        /// Whether the change was approved.
        approved: Bool,
        ---
    }

    /// One row per account, membership, group, setting, invitation, token, role or role grant that
    /// was added, removed or changed since the previous snapshot, and per field that changed.
    Changes in "changes" by [kind, subject_id, what] as change {
        /// The instance.
        instance: Text,
        /// user, membership, group, setting, invitation, token, role or role grant.
        kind: Text,
        /// Retool's id of what changed; the account's for a membership.
        subject_id: Text,
        /// What people call it.
        label: Text,
        /// added, removed or changed.
        change: Text,
        /// The field that changed, the group of a membership, or the whole record.
        what: Text,
        /// What it was; empty where there was none.
        before: Text ? unknown,
        /// What it is; empty where there is none.
        after: Text ? unknown,
        /// The day of the approval on file; `none` where there is none, and empty where the file holds none of such changes.
        approval: Text,
        ---
    }

    /// One row per instance and class: opening plus added less removed is closing.
    Continuity in "continuity" by [class] as continuity {
        /// The instance.
        instance: Text,
        /// What is counted.
        class: Text,
        /// How many the previous snapshot had.
        opening: Int ? unknown,
        /// Those that are new in the class.
        added: Int ? unknown,
        /// Those that left the class.
        removed: Int ? unknown,
        /// How many this snapshot has.
        closing: Int ? unknown,
        ---
    }

    /// One row per instance and month from its first complete snapshot to this one.
    Coverage in "coverage" by [period] as coverage {
        /// The instance.
        instance: Text,
        /// The calendar month, in the time zone of the organization.
        period: Text,
        /// The best state of the instance in any snapshot of the month: complete, partial or failed; missing where there is no snapshot.
        state: Text,
        /// The lists that this snapshot lacks, each with the reason; empty where it is complete.
        lacking: Text,
        /// Snapshots of the month in which the instance was complete; unknown while the month lasts and has none.
        complete_snapshots: Int ? unknown,
        /// The last of them.
        last_complete: Time ? absent,
        /// The most whole days between one of them and the one before it, or from the last one to this snapshot.
        days_between: Int ? absent,
        /// How far the review of the month's accounts is that was opened last; empty where none was opened.
        reviewed: Text,
        ---
    }

    /// One row per review and instance: how far it is, and who signed.
    Reviews in "reviews" by [campaign_id] as review {
        /// The instance.
        instance: Text,
        /// The review: its campaign.
        campaign_id: Text,
        /// The month of the accounts that were reviewed.
        period: Text,
        /// The id of the report that was reviewed.
        reviewed_report: Text,
        /// What was reviewed.
        scope: Text,
        /// When it was opened.
        opened_at: Time,
        /// Its last day, in the time zone of the organization.
        due: Day,
        /// Lines about the instance.
        lines: Int,
        /// Those with a decision.
        decided: Int,
        /// Those without.
        open: Int,
        /// Open lines that nobody was given.
        unassigned: Int,
        /// Lines that keep.
        kept: Int,
        /// Lines that revoke.
        revoked: Int,
        /// Lines that change.
        changed: Int,
        /// Lines whose risk is to be accepted.
        waived: Int,
        /// Lines that were put off.
        deferred: Int,
        /// Who signed it, each with role and day; empty where nobody did.
        signed_by: Text,
        /// When it was signed last.
        signed_at: Time ? absent,
        /// When it was signed for the first time with every line decided.
        completed_at: Time ? absent,
        /// Lines that no signature covers: open ones, and those decided after the last signature.
        not_covered: Int,
        ---
        /// Whole days from its last day to the one on which it was complete, or to the collection where it is not; negative before that day.
        days_late: Int,
        /// Whether no later review of the instance was opened.
        is_newest: Bool,
        /// Whole days from the accounts that were reviewed to those of this report.
        days_since: Int,
    }

    /// One row per line of a review: the entitlement, the decision, and what became of it.
    ReviewLines in "review-lines" by [campaign_id, line_id] as review_line {
        /// The instance.
        instance: Text,
        /// The review: its campaign.
        campaign_id: Text,
        /// The line, which has the same id in every review.
        line_id: Text,
        /// Retool's id of the account or the token.
        account_id: Text,
        /// What people call it.
        account: Text,
        /// The person behind it; empty where none is known.
        person: Text,
        /// account, administrator, membership, grant or token.
        kind: Text,
        /// What the entitlement is.
        entitlement: Text,
        /// How the holder comes by it.
        access_path: Text,
        /// Who decides; empty where nobody may.
        reviewer: Text,
        /// By which rule, or why nobody may.
        reviewer_as: Text,
        /// keep, revoke, change, waive or defer; empty where the line is open.
        decision: Text,
        /// When the decision was recorded.
        decided_at: Time ? absent,
        /// Why it was decided so.
        reason: Text,
        /// The ticket.
        ticket: Text,
        /// Whether a later review decided about the same entitlement.
        superseded: Bool,
        /// What became of a decision to revoke or to change: executed, pending, not executed, granted again, no later snapshot or cannot be shown; empty for other lines.
        outcome: Text,
        /// The last snapshot after the decision that has the entitlement.
        last_held: Time ? absent,
        /// The first snapshot after the decision that lacks it; where it is gone, the first after `last_held`.
        first_gone: Time ? absent,
        ---
        /// Whether the reviewer may be the holder.
        own_line: Bool ? unknown,
        /// Whether anything was collected after a decision to revoke or to change.
        looked_for: Bool,
        /// Whether this snapshot has what was to be revoked or changed.
        held: Bool ? unknown,
        /// Whole days from the decision to `last_held`.
        days_held: Int ? absent,
        /// Whether an approval of its return is on file.
        return_approved: Bool,
        /// Whether the account is of tier 0 or 1.
        privileged: Bool ? unknown,
    }

    /// One row per review and reviewer.
    ReviewReviewers in "reviewers" by [reviewer_id] as reviewer {
        /// The organization: a review is of all instances.
        instance: Text,
        /// The campaign and the reviewer.
        reviewer_id: Text,
        /// The review: its campaign.
        campaign_id: Text,
        /// Who decides.
        reviewer: Text,
        /// Whether the roster knows the reviewer: matched, unmatched, ambiguous; unknown where there is no roster.
        roster_match: Text,
        /// The reviewer's status in the roster on the day of the last decision, or today where there is none.
        roster_status: Text ? unknown,
        /// The reviewer's lines.
        lines: Int,
        /// Those with a decision.
        decided: Int,
        /// Those without.
        open: Int,
        /// Lines that keep.
        kept: Int,
        /// Lines that revoke or change.
        removing: Int,
        /// When a decision of the reviewer was recorded last.
        last_decided: Time ? absent,
        /// Reviews in a row, this one the last, in which the reviewer decided and took nothing away.
        reviews_without_removal: Int,
        ---
        /// Whether no later review has lines of the reviewer.
        is_newest: Bool,
    }

    /// One row per instance and month, 24 at most: its accounts at the best snapshot of the month,
    /// the last of equally good ones; for the current month, this snapshot.
    Trend in "trend" by [period] as trend {
        /// The instance.
        instance: Text,
        /// The calendar month, in the time zone of the organization.
        period: Text,
        /// The earlier snapshot that was counted; empty for this one, and where there is none.
        taken_from: Text ? absent,
        /// When it was collected.
        taken_at: Time ? absent,
        /// How whole the instance was in it: complete or partial; unknown where no snapshot of the month has its users and groups.
        state: Text,
        /// Accounts, disabled ones too.
        accounts: Int ? unknown,
        /// Accounts that may sign in.
        active: Int ? unknown,
        /// Accounts that may not.
        disabled: Int ? unknown,
        /// Active accounts of tier 0.
        administrators: Int ? unknown,
        /// Active accounts that were used, the last time more than 90 days before.
        unused: Int ? unknown,
        /// Active accounts that were never used.
        never_used: Int ? unknown,
        ---
    }

    /// One row per instance and endpoint: what was asked, what came, what was kept.
    Ledger in "ledger" by [] as ledger {
        /// The instance that was asked.
        instance: Text,
        /// What was asked for.
        endpoint: Text,
        /// Path and query of the first request.
        request: Text,
        /// When the first request was sent.
        first_request_at: Time ? absent,
        /// When the last request was sent.
        last_request_at: Time ? absent,
        /// Answers that made up the list.
        pages: Int,
        /// Bytes of all answers.
        bytes: Int,
        /// Records in all answers.
        rows_received: Int,
        /// Different records among them.
        distinct_ids: Int,
        /// Records that came again, equal to the first.
        rows_repeated: Int,
        /// Records that came again and differ from the first, which is kept.
        rows_conflicting: Int,
        /// The largest total that the server stated.
        total_count: Int ? absent,
        /// Records that the server counts beyond those it sent.
        rows_missing: Int,
        /// Records that came beyond those that the server counts.
        rows_surplus: Int,
        /// Records in the snapshot.
        rows_kept: Int,
        /// Records kept aside, because the list or its instance failed.
        rows_aside: Int,
        /// Requests that were sent again.
        retries: Int,
        /// Seconds that the server's clock was ahead of ours, where they were furthest apart; negative where it was behind.
        clock_skew_seconds: Int ? unknown,
        /// HTTP status of the last answer.
        http_status: Int ? absent,
        /// How the reading ended: ok, or the class of what went wrong.
        outcome: Text,
        /// Why this is not everything.
        reason: Text,
        /// Fields that came and were not kept; never what they held.
        fields_dropped: Text,
        /// Words that came where Retool documents others.
        words_unknown: Text,
        /// SHA-256 of every answer's body.
        body_sha256: Text,
        /// What says that the list is whole: count-and-end, count or end of the server; as-stated or not-as-stated where a number is stated beside imported files; nothing, or full-pages where it is also as long as full pages are; empty where there is no list.
        whole_by: Text,
        /// Records whose id could not be read; each is kept under one that says so.
        rows_without_id: Int,
        /// Counts of the whole list that different answers stated, where they differ.
        counts_differing: Text,
        /// Fields with cells that could not be read and count as unknown.
        fields_unreadable: Text,
        /// Those cells, each with its record.
        cells_unreadable: Text,
        /// Records left out because they belong to no user: folders that Retool keeps itself, such as drafts and trash.
        rows_left_out: Int,
        /// How many records the list has by a person's statement, who states it, and from what source.
        stated: Text ? absent,
        ---
    }

    /// One row per instance and table that could not be filled: a rule that reads the table says
    /// nothing of the instance.
    Gaps by [table_name, reason] as gap {
        /// The instance; `all` for rules that look at no instance.
        instance: Text,
        /// The table.
        table_name: Text,
        /// Why, as the end of "could not be judged because".
        reason: Text,
        ---
    }

    /// One row per instance and rule that cannot say all that it would say.
    Doubts by [rule_code, hides, reason] as doubt {
        /// The instance; `all` for rules that look at no instance.
        instance: Text,
        /// The rule's code.
        rule_code: Text,
        /// What is not seen: exceptions, where some that look fine may be none; fine, where some that look like exceptions may be fine.
        hides: Text,
        /// Why, as the end of "could not be judged because".
        reason: Text,
        ---
    }

    /// One row per rule and instance: the result, and what it was counted from.
    Outcomes by [rule_code] as outcome {
        /// The instance; `all` for rules that look at no instance.
        instance: Text,
        /// The rule's code.
        rule_code: Text,
        /// The rule's name.
        rule_name: Text,
        /// What decides about an exception; it changes when that does.
        rule_version: Text,
        /// The result, as reports print it.
        verdict: Text,
        /// Whether the rule was evaluated on the tables: not where it is switched off, lacks values that only the configuration can give, or is an own rule whose population is not sound.
        evaluated: Bool,
        /// Why there is no result, or what it rests on; empty where the numbers say it all.
        reason: Text,
        /// Subjects that the rule concerns.
        population: Int,
        /// Exceptions that no waiver accepts.
        exceptions: Int,
        /// Exceptions that a waiver accepts.
        waived: Int,
        /// Subjects that the facts do not decide.
        undetermined: Int,
        ---
    }

    /// One row per finding: every exception, accepted ones too, and every subject that the facts do
    /// not decide.
    Findings by [rule_code, subject_id] as finding {
        /// The instance; `all` where the subject is of none.
        instance: Text,
        /// The same for the same rule, instance and subject in every run.
        finding_id: Text,
        /// The rule's code.
        rule_code: Text,
        /// exception, waived or undetermined.
        verdict: Text,
        /// How much it matters.
        severity: Text,
        /// The kind of the subject: user, group, token and so on.
        subject_type: Text,
        /// Retool's id of the subject.
        subject_id: Text,
        /// What people call the subject.
        subject: Text,
        /// The waivers in force that accept it, in the order of the file.
        waiver_ids: List,
        /// When the first pack of an unbroken line that reported it was collected.
        first_seen: Time ? unknown,
        /// The last day on which an exception is to be put right.
        due: Day ? absent,
        ---
    }
}
