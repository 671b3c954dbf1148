//! What this face does that its contract does not say, each with a name, a fixture and a source.
//!
//! The README's table and a test read this list: a quirk without a fixture breaks the build.

use crate::faces::quirk::{Quirk, Source};

/// Every quirk of this face, in the order of the README.
pub static QUIRKS: &[Quirk] = &[
    Quirk {
        name: "plain-method-name",
        meaning: "Every leaf of a reply is CDATA but methodName, which one client compares as \
                  plain text; others match the bytes of responseCode's CDATA.",
        fixture: "utilities.checkEmail/valid",
        source: Source::SeenInClients,
    },
    Quirk {
        name: "error-code-in-data",
        meaning: "An error's code stands in responseData, as in the one error that was recorded.",
        fixture: "utilities.checkEmail/missing-email",
        source: Source::SeenInClients,
    },
    Quirk {
        name: "malformed-is-446",
        meaning: "A document that cannot be read answers 446 like a missing one, with what is \
                  wrong and where.",
        fixture: "envelope/malformed",
        source: Source::Chosen,
    },
    Quirk {
        name: "not-combinable",
        meaning: "A method that must stand alone fails as that call's own item when it does not.",
        fixture: "envelope/not-combinable",
        source: Source::Chosen,
    },
    Quirk {
        name: "method-not-allowed-is-445",
        meaning: "A method outside a Custom user's list answers 445 with the method's name.",
        fixture: "envelope/method-not-allowed",
        source: Source::Chosen,
    },
    Quirk {
        name: "lists-are-170",
        meaning: "account.getCategories, getCustomFields and getRelationalTables answer 170, \
                  as the two methods that list segments are documented to.",
        fixture: "account.getCategories/all",
        source: Source::Chosen,
    },
    Quirk {
        name: "category-removed-is-124",
        meaning: "account.removeCategory answers 124, and 125 while a segment is in the \
                  category: its page is lost.",
        fixture: "account.removeCategory/removed",
        source: Source::Chosen,
    },
    Quirk {
        name: "codes-of-account-failures",
        meaning: "Failures of account.* for which no code is documented answer the next free \
                  number of their block, with responseData as documented for the others.",
        fixture: "account.addCategory/name-invalid",
        source: Source::Chosen,
    },
    Quirk {
        name: "segment-updated-is-112",
        meaning: "account.updateStaticSegment answers 112, between the documented 110 \
                  (added) and 116 (removed).",
        fixture: "account.updateStaticSegment/moved",
        source: Source::Chosen,
    },
    Quirk {
        name: "built-in-lists-are-no-segments",
        meaning: "The lists \"All Contacts\" and \"Test\", which every account has for the \
                  SOAP face, are no static segments.",
        fixture: "account.removeStaticSegment/built-in",
        source: Source::Chosen,
    },
    Quirk {
        name: "segment-count-element",
        meaning: "With count=Y the number of subscribers stands in an element count.",
        fixture: "account.getStaticSegments/with-count",
        source: Source::Chosen,
    },
    Quirk {
        name: "segments-ids-with-or-without-s",
        meaning: "account.getDynamicSegments takes segments_ids, as documented, and \
                  segment_ids, as its sister is.",
        fixture: "account.getDynamicSegments/some-by-sister-name",
        source: Source::Chosen,
    },
    Quirk {
        name: "count-of-dynamic-segments-is-a-task",
        meaning: "account.getDynamicSegments with count=Y answers 170 and task_id alone; the \
                  counts are in the task's file.",
        fixture: "account.getDynamicSegments/counted-by-task",
        source: Source::Chosen,
    },
    Quirk {
        name: "field-added-is-140",
        meaning: "account.addCustomField answers 140 with every member of the new field.",
        fixture: "account.addCustomField/string",
        source: Source::Chosen,
    },
    Quirk {
        name: "standard-fields-are-no-custom-fields",
        meaning: "The data fields that hold firstname, postal_code and the like are not \
                  listed as custom fields, nor removed as such.",
        fixture: "account.removeCustomField/standard-field",
        source: Source::Chosen,
    },
    Quirk {
        name: "table-added-is-640",
        meaning: "account.addRelationalTable answers 640, in front of the documented 641 \
                  (altered).",
        fixture: "account.addRelationalTable/added",
        source: Source::Chosen,
    },
    Quirk {
        name: "column-altered-is-641",
        meaning: "account.alterRelationalTableColumn answers 641, as its table of codes \
                  says; its example says 661.",
        fixture: "account.alterRelationalTableColumn/altered",
        source: Source::Chosen,
    },
    Quirk {
        name: "one-text-for-428",
        meaning: "Every method says Missing variables with 428, also the one whose page has \
                  other words for it.",
        fixture: "account.alterRelationalTableColumn/missing-all",
        source: Source::Chosen,
    },
    Quirk {
        name: "hidden-is-not-on-surveys",
        meaning: "hidden and display_on_survey are one property, the visibility that the \
                  SOAP face shows; group_order is the order of making; category_id is 0 \
                  without a category.",
        fixture: "legacy.retrieve_segment/both",
        source: Source::Chosen,
    },
    Quirk {
        name: "contacts-in-any-list",
        meaning: "contacts takes commas, white space, new lines and elements; unknown \
                  subscribers are passed over, and who left a segment stays out.",
        fixture: "legacy.add_segment/made-and-filled",
        source: Source::Chosen,
    },
    Quirk {
        name: "empty-is-not-passed-through",
        meaning: "legacy.group_rename answers its documented reason for an argument that is \
                  there and empty, and 428 for one that is not there.",
        fixture: "legacy.group_rename/empty-value",
        source: Source::Chosen,
    },
    Quirk {
        name: "bare-form-as-printed",
        meaning: "transactional.bouncedList answers a bare methodCall with the elements that its \
                  page prints: no code, no text, no bounced_date.",
        fixture: "transactional.bouncedList/bare-by-template",
        source: Source::Documented,
    },
    Quirk {
        name: "bounced-205-in-front",
        meaning: "In every other form 205 and its text stand between methodName and template_id \
                  or email.",
        fixture: "transactional.bouncedList/by-template",
        source: Source::Chosen,
    },
    Quirk {
        name: "bounces-of-templates-only",
        meaning: "By address, bounces of campaigns are not listed: there is no template_id to \
                  give.",
        fixture: "transactional.bouncedList/by-email",
        source: Source::Chosen,
    },
    Quirk {
        name: "external-id-beside-template",
        meaning: "An external_id beside template_id alone leaves the bounces of its contact, in \
                  the form by template.",
        fixture: "transactional.bouncedList/external-id",
        source: Source::Chosen,
    },
    Quirk {
        name: "nobody-is-no-subscriber",
        meaning: "flagged_invalid of an address that nobody has any more is 4: it is not in the \
                  subscriber database.",
        fixture: "transactional.bouncedList/deleted",
        source: Source::Chosen,
    },
    Quirk {
        name: "no-number-is-429",
        meaning: "A template_id that is no number is 429, as one that does not exist.",
        fixture: "transactional.bouncedList/template-no-number",
        source: Source::Chosen,
    },
    Quirk {
        name: "unsub-methods",
        meaning: "legacy.retrieve_unsub gives message_id 0 to who left through no campaign's \
                  message; method_unsubscribed is \"Spam Complaint\", what the event said, \
                  \"Unsubscribe Link\" or \"System\".",
        fixture: "legacy.retrieve_unsub/by-dates",
        source: Source::Chosen,
    },
    Quirk {
        name: "adding-undoes-an-opt-out",
        meaning: "legacy.manage_subscriber subscribes again who opted out, unless \
                  check_optout is given.",
        fixture: "legacy.manage_subscriber/opt-out-undone",
        source: Source::Chosen,
    },
    Quirk {
        name: "failures-have-status-0",
        meaning: "A failure of legacy.manage_subscriber is an error item that also has \
                  the status and the message that its clients look for.",
        fixture: "legacy.manage_subscriber/opt-out-heeded",
        source: Source::SeenInClients,
    },
    Quirk {
        name: "opt-out-with-segments-is-both",
        meaning: "optout beside grpremove unsubscribes from everything and leaves the \
                  segments: too much is better than an opt-out lost.",
        fixture: "legacy.manage_subscriber/opt-out-with-segments",
        source: Source::Chosen,
    },
    Quirk {
        name: "empty-keeps-and-null-clears",
        meaning: "An empty element of legacy.manage_subscriber keeps what is stored, \
                  since clients send all they know; ::null:: clears it.",
        fixture: "legacy.manage_subscriber/empty-keeps",
        source: Source::Chosen,
    },
    Quirk {
        name: "unknown-ids-are-passed-over",
        meaning: "Segments and custom fields that do not exist do not keep \
                  legacy.manage_subscriber from the rest.",
        fixture: "legacy.manage_subscriber/unknown-segments",
        source: Source::Chosen,
    },
    Quirk {
        name: "removed-is-status-2",
        meaning: "remove answers status 2, which clients take for success; of who opted \
                  out the address is kept.",
        fixture: "legacy.manage_subscriber/removed",
        source: Source::Chosen,
    },
    Quirk {
        name: "who-bounced-stays-so",
        meaning: "legacy.manage_subscriber updates who bounced or complained, and does \
                  not make them valid.",
        fixture: "legacy.manage_subscriber/bounced",
        source: Source::Chosen,
    },
    Quirk {
        name: "refer-a-friend-is-passed-over",
        meaning: "The arguments of refer-a-friend programs are taken and not acted on.",
        fixture: "legacy.manage_subscriber/friends",
        source: Source::Chosen,
    },
    Quirk {
        name: "consent-is-kept",
        meaning: "signup_page, subscriber_ip and channel_source are kept as custom \
                  fields of these names.",
        fixture: "legacy.retrieve_active/kept-fields",
        source: Source::Chosen,
    },
    Quirk {
        name: "neither-basic-nor-extended-is-both",
        meaning: "legacy.retrieve_active tells all that is standard when neither basic \
                  nor extended is asked for.",
        fixture: "legacy.retrieve_active/everybody",
        source: Source::Chosen,
    },
    Quirk {
        name: "who-bounces-is-active",
        meaning: "legacy.retrieve_active finds who bounces, too, unless valid or \
                  bounce_status says otherwise.",
        fixture: "legacy.retrieve_active/valid",
        source: Source::Chosen,
    },
    Quirk {
        name: "links-have-no-ids",
        meaning: "link_id_clicked finds nobody: links are known by their URL here.",
        fixture: "legacy.retrieve_active/link-clicked",
        source: Source::Chosen,
    },
    Quirk {
        name: "no-name-server-is-asked",
        meaning: "utilities.checkEmail judges the form alone, with mx_check too: nobody \
                  outside is told of an address.",
        fixture: "utilities.checkEmail/mx-check",
        source: Source::Chosen,
    },
    Quirk {
        name: "message-contact-ids",
        meaning: "mes_cont_id is the kind of message (1 campaign, 2 template), its id \
                  and the contact's; message_detail_id has the day in front.",
        fixture: "subscribers.getSubscriber/history",
        source: Source::Chosen,
    },
    Quirk {
        name: "action-type-or-types",
        meaning: "statistics.getMessageSubscriberData takes what is wanted as action_types and as \
                  action_type; clients send either.",
        fixture: "statistics.getMessageSubscriberData/action-type",
        source: Source::SeenInClients,
    },
    Quirk {
        name: "queued-is-101",
        meaning: "Every other method that starts an export or a load answers 101 as well.",
        fixture: "transactional.getMessageContactActivity/started",
        source: Source::Chosen,
    },
    Quirk {
        name: "retrieve-dynamic-is-201",
        meaning: "legacy.retrieve_dynamic answers its task with 201, as legacy.retrieve_active does.",
        fixture: "legacy.retrieve_dynamic/started",
        source: Source::Chosen,
    },
    Quirk {
        name: "unknown-groups-passed-over",
        meaning: "legacy.group_clear passes over segments that are not there, as long as one is; a \
                  segment that a campaign or a dynamic segment names is emptied and stays.",
        fixture: "legacy.group_clear/some-unknown",
        source: Source::Chosen,
    },
    Quirk {
        name: "ftp-is-an-inbox",
        meaning: "FTP and SFTP are not spoken: what lies on a server is found in the inbox folder, \
                  under the server's name; user and password are not looked at.",
        fixture: "legacy.delete_subscribers/by-ftp",
        source: Source::Chosen,
    },
    Quirk {
        name: "no-mail-to-reply-email",
        meaning: "reply_email and notify_email are not written to; utilities.getTasks tells what \
                  came of a task. Of bulk_sync's file_type, number and source only the last two \
                  are kept, with the task: the file tells what it is.",
        fixture: "legacy.bulk_sync/started",
        source: Source::Chosen,
    },
    Quirk {
        name: "delimiter-by-code-or-name",
        meaning: "account.importRelationalTableData takes its delimiter as a character, as the \
                  character's code, or as a word such as tab.",
        fixture: "account.importRelationalTableData/delimiter-by-code",
        source: Source::Chosen,
    },
    Quirk {
        name: "task-types-of-our-own",
        meaning: "Tasks whose type is not documented are listed under the nearest one: clearings as \
                  BULK_DELETE, loads of tables as IMPORT, counts as STATS_FILTER; sends as SEND.",
        fixture: "utilities.getTasks/every-type",
        source: Source::Chosen,
    },
    Quirk {
        name: "loads-are-all-or-nothing",
        meaning: "A load of a relational table with one bad row ends as ERROR and changes nothing; \
                  otherwise all rows are replaced at one moment.",
        fixture: "utilities.getTasks/failed-load",
        source: Source::Chosen,
    },
    Quirk {
        name: "bulk-sync-heeds-opt-outs",
        meaning: "A bulk sync refuses rows of who opted out, bounced or is suppressed, as every \
                  import does.",
        fixture: "utilities.getTasks/opted-out-rows",
        source: Source::Chosen,
    },
    Quirk {
        name: "export-roots",
        meaning: "The root elements of result files are contacts, messagecontacts, manifest (as in \
                  legacy.retrieve_active) and dynamic_segments; salesforce_id is always empty.",
        fixture: "utilities.getFile/message-contacts",
        source: Source::Chosen,
    },
    Quirk {
        name: "delivered-is-sent",
        meaning: "In exports of activity a delivery that a mail system told of counts as sent.",
        fixture: "utilities.getFile/contact-activity",
        source: Source::Chosen,
    },
    Quirk {
        name: "inserted-text",
        meaning: "transactional.insertTemplate answers \"Template ID N has been inserted.\", after \
                  the text of updateTemplate.",
        fixture: "transactional.insertTemplate/created",
        source: Source::Chosen,
    },
    Quirk {
        name: "any-binding",
        meaning: "Every name of up to 64 letters, digits, dots, hyphens and underscores is a \
                  binding; anything else is 444.",
        fixture: "transactional.rebuildTemplate/with-binding",
        source: Source::Chosen,
    },
    Quirk {
        name: "sent-is-201",
        meaning: "transactional.sendTransaction answers 201 \"Sent Transaction\", the code of \
                  other methods' success with the text of sendTest.",
        fixture: "transactional.sendTransaction/sent",
        source: Source::Chosen,
    },
    Quirk {
        name: "not-sent-is-error",
        meaning: "A message that may not be sent (bounced for good, suppressed everywhere, opted \
                  out with check_optout) is an error item, as clients look for error alone.",
        fixture: "transactional.sendTransaction/permanently-invalid",
        source: Source::Chosen,
    },
    Quirk {
        name: "figures",
        meaning: "What was sent and did not bounce is delivered; rates are percents with two \
                  decimals, rounded down; *_rate_aps is the average by opener or clicker.",
        fixture: "legacy.message_stats/all",
        source: Source::Chosen,
    },
    Quirk {
        name: "welcome-bodies",
        meaning: "message.getWelcomeMessages gives the bodies as message_data with html and \
                  plain.",
        fixture: "message.getWelcomeMessages/with-bodies",
        source: Source::Chosen,
    },
    Quirk {
        name: "campaign-reasons",
        meaning: "legacy.send_campaign says \"message has already been sent\" and \"invalid \
                  message_key\" where no reason is known.",
        fixture: "legacy.send_campaign/sent-before",
        source: Source::Chosen,
    },
];
