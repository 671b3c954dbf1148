// The service contract as a program of 2014 holds it: names, order and namespaces of the WSDL.
using System;
using System.Collections.Generic;
using System.Runtime.Serialization;
using System.ServiceModel;

static class Ns
{
    public const string Service = "http://apiconnector.com/v2";
    public const string Data = "http://apiconnector.com";
    public const string Action = "http://apiconnector.com/v2/ApiService/";
}

[DataContract(Name = "ApiContactOptInTypes", Namespace = Ns.Data)]
public enum OptInType
{
    [EnumMember] NotAvailableInThisVersion = -1,
    [EnumMember] Unknown = 0,
    [EnumMember] Single = 1,
    [EnumMember] Double = 2,
    [EnumMember] VerifiedDouble = 3
}

[DataContract(Name = "ApiContactEmailTypes", Namespace = Ns.Data)]
public enum EmailType
{
    [EnumMember] NotAvailableInThisVersion = -1,
    [EnumMember] PlainText = 0,
    [EnumMember] Html = 1
}

[DataContract(Name = "ApiContactStatuses", Namespace = Ns.Data)]
public enum ContactStatus
{
    [EnumMember] NotAvailableInThisVersion = -1,
    [EnumMember] Subscribed = 0,
    [EnumMember] Unsubscribed = 1,
    [EnumMember] SoftBounced = 2,
    [EnumMember] HardBounced = 3,
    [EnumMember] IspComplained = 4,
    [EnumMember] MailBlocked = 5,
    [EnumMember] PendingOptIn = 6,
    [EnumMember] DirectComplaint = 7,
    [EnumMember] Deleted = 8,
    [EnumMember] SharedSuppression = 9,
    [EnumMember] Suppressed = 10,
    [EnumMember] NotAllowed = 11,
    [EnumMember] DomainSuppression = 12,
    [EnumMember] NoMxRecord = 13
}

[DataContract(Name = "ApiContactImportStatuses", Namespace = Ns.Data)]
public enum ImportStatus
{
    [EnumMember] NotAvailableInThisVersion = -1,
    [EnumMember] Finished = 0,
    [EnumMember] NotFinished = 1,
    [EnumMember] RejectedByWatchdog = 2,
    [EnumMember] InvalidFileFormat = 3,
    [EnumMember] ExceedsAllowedContactLimit = 4,
    [EnumMember] Unknown = 5,
    [EnumMember] Failed = 6
}

[DataContract(Name = "ApiAddressBookVisibility", Namespace = Ns.Data)]
public enum BookVisibility
{
    [EnumMember] NotAvailableInThisVersion = -1,
    [EnumMember] Private = 0,
    [EnumMember] Public = 1
}

[DataContract(Name = "ApiDataTypes", Namespace = Ns.Data)]
public enum DataType
{
    [EnumMember] NotAvailableInThisVersion = -1,
    [EnumMember] String = 0,
    [EnumMember] Numeric = 1,
    [EnumMember] Date = 2,
    [EnumMember] Boolean = 3
}

[DataContract(Name = "ApiDataFieldVisibility", Namespace = Ns.Data)]
public enum FieldVisibility
{
    [EnumMember] NotAvailableInThisVersion = -1,
    [EnumMember] Private = 0,
    [EnumMember] Public = 1
}

[DataContract(Name = "ApiContactData", Namespace = Ns.Data)]
public class ContactData
{
    [DataMember(Order = 0)] public string Key;
    [DataMember(Order = 1)] public object Value;
}

[CollectionDataContract(Name = "ArrayOfApiContactData", Namespace = Ns.Data, ItemName = "ApiContactData")]
public class ContactDataList : List<ContactData> { }

[DataContract(Name = "ApiContact", Namespace = Ns.Data)]
public class Contact
{
    [DataMember(Order = 0)] public int Id;
    [DataMember(Order = 1, IsRequired = true)] public string Email;
    [DataMember(Order = 2)] public OptInType OptInType;
    [DataMember(Order = 3)] public EmailType EmailType;
    [DataMember(Order = 4)] public ContactDataList DataFields;
    [DataMember(Order = 5)] public ContactStatus Status;
}

[CollectionDataContract(Name = "ArrayOfApiContact", Namespace = Ns.Data, ItemName = "ApiContact")]
public class ContactList : List<Contact> { }

[DataContract(Name = "ApiContactSuppression", Namespace = Ns.Data)]
public class Suppression
{
    [DataMember(Order = 0)] public Contact SuppressedContact;
    [DataMember(Order = 1)] public DateTime DateRemoved;
    [DataMember(Order = 2)] public ContactStatus Reason;
}

[DataContract(Name = "ApiAddressBook", Namespace = Ns.Data)]
public class AddressBook
{
    [DataMember(Order = 0)] public int Id;
    [DataMember(Order = 1, IsRequired = true)] public string Name;
    [DataMember(Order = 2)] public BookVisibility Visibility;
    [DataMember(Order = 3)] public int Contacts;
}

[DataContract(Name = "ApiContactImport", Namespace = Ns.Data)]
public class Import
{
    [DataMember(Order = 0)] public Guid Id;
    [DataMember(Order = 1)] public ImportStatus Status;
}

[DataContract(Name = "ApiContactImportReport", Namespace = Ns.Data)]
public class ImportReport
{
    [DataMember(Order = 0)] public int NewContacts;
    [DataMember(Order = 1)] public int UpdatedContacts;
    [DataMember(Order = 2)] public int GloballySuppressed;
    [DataMember(Order = 3)] public int InvalidEntries;
    [DataMember(Order = 4)] public int DuplicateEmails;
    [DataMember(Order = 5)] public int Blocked;
    [DataMember(Order = 6)] public int Unsubscribed;
    [DataMember(Order = 7)] public int HardBounced;
    [DataMember(Order = 8)] public int SoftBounced;
    [DataMember(Order = 9)] public int IspComplaints;
    [DataMember(Order = 10)] public int MailBlocked;
    [DataMember(Order = 11)] public int DomainSuppressed;
    [DataMember(Order = 12)] public int PendingDoubleOptin;
    [DataMember(Order = 13)] public int Failures;
}

[DataContract(Name = "ApiDataField", Namespace = Ns.Data)]
public class DataField
{
    [DataMember(Order = 0, IsRequired = true)] public string Name;
    [DataMember(Order = 1)] public DataType Type;
    [DataMember(Order = 2)] public FieldVisibility Visibility;
    [DataMember(Order = 3)] public object DefaultValue;
}

[DataContract(Name = "ApiAccountProperty", Namespace = Ns.Data)]
public class AccountProperty
{
    [DataMember(Order = 0)] public string Name;
    [DataMember(Order = 1)] public string Type;
    [DataMember(Order = 2)] public string Value;
}

[CollectionDataContract(Name = "ArrayOfApiAccountProperty", Namespace = Ns.Data, ItemName = "ApiAccountProperty")]
public class AccountPropertyList : List<AccountProperty> { }

[DataContract(Name = "ApiAccount", Namespace = Ns.Data)]
public class Account
{
    [DataMember(Order = 0)] public int Id;
    [DataMember(Order = 1, IsRequired = true)] public AccountPropertyList Properties;
}

[ServiceContract(Name = "ApiService", Namespace = Ns.Service)]
public interface IApiService
{
    [OperationContract(Action = Ns.Action + "CreateContact", ReplyAction = Ns.Action + "CreateContactResponse")]
    Contact CreateContact(Contact apiContact);

    [OperationContract(Action = Ns.Action + "GetContactById", ReplyAction = Ns.Action + "GetContactByIdResponse")]
    Contact GetContactById(int id);

    [OperationContract(Action = Ns.Action + "GetContactByEmail", ReplyAction = Ns.Action + "GetContactByEmailResponse")]
    Contact GetContactByEmail(string email);

    [OperationContract(Action = Ns.Action + "UnsubscribeContact", ReplyAction = Ns.Action + "UnsubscribeContactResponse")]
    Suppression UnsubscribeContact(Contact apiContact);

    [OperationContract(Action = Ns.Action + "GetContactsInAddressBook", ReplyAction = Ns.Action + "GetContactsInAddressBookResponse")]
    ContactList GetContactsInAddressBook(int addressBookId, bool withFullData, int select, int skip);

    [OperationContract(Action = Ns.Action + "CreateAddressBook", ReplyAction = Ns.Action + "CreateAddressBookResponse")]
    AddressBook CreateAddressBook(AddressBook apiAddressBook);

    [OperationContract(Action = Ns.Action + "GetAddressBookById", ReplyAction = Ns.Action + "GetAddressBookByIdResponse")]
    AddressBook GetAddressBookById(int id);

    [OperationContract(Action = Ns.Action + "CreateDataField", ReplyAction = Ns.Action + "CreateDataFieldResponse")]
    DataField CreateDataField(DataField dataField);

    [OperationContract(Action = Ns.Action + "ImportContactsToAddressBook", ReplyAction = Ns.Action + "ImportContactsToAddressBookResponse")]
    Import ImportContactsToAddressBook(int addressBookId, byte[] data, string dataType);

    [OperationContract(Action = Ns.Action + "GetContactImportProgress", ReplyAction = Ns.Action + "GetContactImportProgressResponse")]
    Import GetContactImportProgress(Guid importId);

    [OperationContract(Action = Ns.Action + "GetContactImportReport", ReplyAction = Ns.Action + "GetContactImportReportResponse")]
    ImportReport GetContactImportReport(Guid importId);

    [OperationContract(Action = Ns.Action + "GetContactImportReportFaults", ReplyAction = Ns.Action + "GetContactImportReportFaultsResponse")]
    byte[] GetContactImportReportFaults(Guid importId);

    [OperationContract(Action = Ns.Action + "GetCurrentAccountInfo", ReplyAction = Ns.Action + "GetCurrentAccountInfoResponse")]
    Account GetCurrentAccountInfo();

    [OperationContract(Action = Ns.Action + "GetServerTime", ReplyAction = Ns.Action + "GetServerTimeResponse")]
    DateTime GetServerTime();
}
