use super::*;

fn declared(text: &str) -> Declarations {
    let mut declarations = Declarations::default();
    declarations.add(text.as_bytes()).unwrap();
    declarations
}

fn number(ty: Option<Type>) -> usize {
    let Some(Type::Declared(number)) = ty else { panic!("{ty:?}") };
    number
}

#[test]
fn types_are_followed_through_references_and_derivations() {
    let schema = declared(
        "<xs:schema targetNamespace='urn:x' xmlns:t='urn:x' \
         xmlns:xs='http://www.w3.org/2001/XMLSchema'>\
         <xs:simpleType name='Age'><xs:restriction base='xs:int'/></xs:simpleType>\
         <xs:simpleType name='Older'><xs:restriction base='t:Age'/></xs:simpleType>\
         <xs:simpleType name='Kind'><xs:restriction base='xs:string'>\
         <xs:enumeration value='A'/></xs:restriction></xs:simpleType>\
         <xs:simpleType name='Round'><xs:restriction base='t:Round'/></xs:simpleType>\
         <xs:complexType name='Base'><xs:all><xs:element name='age' type='t:Older'/>\
         <xs:element ref='t:note'/></xs:all><xs:attribute name='at' type='xs:dateTime'/>\
         </xs:complexType>\
         <xs:complexType name='More'><xs:complexContent><xs:extension base='t:Base'>\
         <xs:sequence><xs:choice><xs:element name='kind' type='t:Kind'/>\
         <xs:element name='both' type='xs:int'/><xs:element name='both' type='xs:string'/>\
         </xs:choice></xs:sequence></xs:extension></xs:complexContent></xs:complexType>\
         <xs:complexType name='Sum'><xs:simpleContent><xs:extension base='xs:decimal'>\
         <xs:attribute name='currency'/></xs:extension></xs:simpleContent></xs:complexType>\
         <xs:element name='note' type='xs:boolean'/><xs:element name='more' type='t:More'/>\
         </xs:schema>",
    );
    let more = number(schema.element("urn:x", "more"));
    let of = |local| schema.child(more, local).and_then(Type::simple);
    assert_eq!(of("age"), Some(Simple::Number));
    assert_eq!(of("note"), Some(Simple::Boolean));
    assert_eq!(of("kind"), Some(Simple::Token));
    assert_eq!(of("both"), None);
    assert_eq!(schema.attribute(more, "at"), Some(Simple::DateTime));
    assert!(schema.is_unordered(more));
    let sum = number(schema.named("urn:x", "Sum"));
    assert_eq!(schema.text(sum), Some(Simple::Number));
    assert!(schema.named("urn:x", "Round").is_none());
    assert!(schema.element("urn:y", "more").is_none());
}

#[test]
fn parts_of_a_remote_call_have_types_too() {
    let schema = declared(
        "<definitions xmlns='http://schemas.xmlsoap.org/wsdl/' xmlns:t='urn:x' \
         xmlns:s='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:x'>\
         <message name='In'><part name='id' type='s:int'/></message>\
         <message name='Out'><part name='return' type='s:dateTime'/></message>\
         <portType name='P'><operation name='get'><input message='t:In'/>\
         <output message='t:Out'/></operation></portType></definitions>",
    );
    let reply = number(schema.element("urn:any", "getResponse"));
    assert_eq!(schema.child(reply, "return").and_then(Type::simple), Some(Simple::DateTime));
}

#[test]
fn what_is_no_description_is_refused() {
    let mut declarations = Declarations::default();
    let error = declarations.add(b"<a/>").unwrap_err();
    assert!(matches!(error, BadDescription::Other));
    assert!(declarations.add(b"<a>").is_err());
}

#[test]
fn the_vendors_own_wsdl_says_the_types_of_its_calls() {
    let Some(evidence) = std::env::var_os("LYCHGATE_EVIDENCE") else {
        eprintln!("skipped: the vendors' files are not at hand");
        return;
    };
    let file =
        std::path::Path::new(&evidence).join("dotdigital-soap/wsdl-2013-02-15/ApiService.wsdl");
    let mut schema = Declarations::default();
    schema.add(&std::fs::read(file).unwrap()).unwrap();
    let call = number(schema.element("http://apiconnector.com/v2", "GetContactById"));
    assert_eq!(schema.child(call, "id").and_then(Type::simple), Some(Simple::Number));
    let contact = number(schema.named("http://apiconnector.com", "ApiContact"));
    assert_eq!(schema.child(contact, "OptInType").and_then(Type::simple), Some(Simple::Token));
    assert!(!schema.is_unordered(contact));
}
