//! What is accepted of differences between the recorded exchanges and the vendor's OpenAPI.

/// A difference, and why it is right.
pub struct Accepted {
    /// As the test prints it; the name of the case in front may be left out.
    pub difference: &'static str,
    pub reason: &'static str,
}

const fn accepted(difference: &'static str, reason: &'static str) -> Accepted {
    Accepted { difference, reason }
}

const NO_CONTENT_IN_LISTS: &str =
    "the vendor's own examples print null for the contents in every list";
const ORDER_IS_A_NUMBER: &str = "the vendor's own examples of requests have a number";

/// Of replies.
pub const REPLIES: &[Accepted] = &[
    accepted("ApiCampaign.htmlContent: null", NO_CONTENT_IN_LISTS),
    accepted("ApiCampaign.plainTextContent: null", NO_CONTENT_IN_LISTS),
    accepted("ApiCampaignDetails.htmlContent: null", NO_CONTENT_IN_LISTS),
    accepted("ApiCampaignDetails.plainTextContent: null", NO_CONTENT_IN_LISTS),
    accepted("ApiCampaignExtended.htmlContent: null", NO_CONTENT_IN_LISTS),
    accepted("ApiCampaignExtended.plainTextContent: null", NO_CONTENT_IN_LISTS),
    accepted(
        "DeleteDataField/in-use: no error",
        "the OpenAPI has the vendor's record of what uses the field as the 409's body",
    ),
];

/// Of requests that succeed.
pub const REQUESTS: &[Accepted] = &[
    accepted(
        "CreateCampaign/abnormal-type: ApiCampaignWithType.type: none of its words",
        "the vendor's documents let any word stand for an ordinary campaign",
    ),
    accepted("ApiPreference.order: no string", ORDER_IS_A_NUMBER),
    accepted(
        "ImportContacts/members-in-any-case: ApiFileMedia.Id: unknown",
        "the case shows that an unknown member is passed over, as the vendor's clients send some",
    ),
    accepted(
        "CreateContact/names-in-any-case: ApiContact.More: unknown",
        "the case shows that an unknown member is passed over",
    ),
    accepted(
        "ReplaceTransactionalDataByKey/replaced: ApiJsonData.key: unknown",
        "clients send the whole record; what the operation does not need is passed over",
    ),
    accepted(
        "AddTransactionalData/json-as-it-is: ApiTransactionalData.contactIdentifier: no string",
        "a contact's number comes as a number too",
    ),
    accepted(
        "ApiTransactionalData.json: no string",
        "newer pages of the vendor's show the JSON itself where the OpenAPI has a text",
    ),
];

/// Operations whose recorded successes have a body where the OpenAPI says none, or the other way
/// round.
pub const BODIES: &[Accepted] = &[accepted(
    "CreateDataField",
    "the OpenAPI shows no body; the vendor's documents show the field's record",
)];

/// Operations that answer with another status than the OpenAPI says.
pub const STATUSES: &[Accepted] = &[accepted(
    "ApiAddressBook_DeleteAddressBook: DELETE /v2/address-books/{id} 204 No Content",
    "the OpenAPI says 200; the vendor's WADL and its documents say 204",
)];
