//! The shape of a wire record: one static description that reader, writer, WSDL and tests share.

/// A named type of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub name: &'static str,
    pub namespace: &'static str,
    /// What the type means, for the WSDL and the help page; empty for none.
    pub doc: &'static str,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Members in wire order.
    Sequence(&'static [Member]),
    /// Names in schema order with the number each stands for.
    Enumeration(&'static [(&'static str, i32)]),
}

/// One element of a sequence.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    pub name: &'static str,
    pub ty: TypeRef,
    /// `minOccurs`: 0 or 1.
    pub min_occurs: u8,
    /// `maxOccurs="unbounded"`.
    pub unbounded: bool,
    pub nillable: bool,
    pub doc: &'static str,
}

/// A type by reference. Records are named through a function, so that types may be recursive.
#[derive(Debug, Clone, Copy)]
pub enum TypeRef {
    Int,
    Long,
    Double,
    Boolean,
    String,
    DateTime,
    Base64Binary,
    Guid,
    AnyType,
    Named(fn() -> &'static Shape),
}
