namespace Sida.Engine.Language.Gguf;

/// <summary>Types of GGUF metadata values, as numbered in a file.</summary>
internal enum GgufValueType
{
    UInt8 = 0,
    Int8 = 1,
    UInt16 = 2,
    Int16 = 3,
    UInt32 = 4,
    Int32 = 5,
    Float32 = 6,
    Bool = 7,
    String = 8,
    Array = 9,
    UInt64 = 10,
    Int64 = 11,
    Float64 = 12,
}

/// <summary>Types of vocabulary entries, as numbered in <c>tokenizer.ggml.token_type</c>.</summary>
internal enum GgufTokenType
{
    Normal = 1,
    Unknown = 2,

    /// <summary>Structure: llama.cpp finds it in text only when told to parse special tokens.</summary>
    Control = 3,

    /// <summary>Found in any text, before the pieces are.</summary>
    UserDefined = 4,
    Unused = 5,

    /// <summary>One byte, written &lt;0xHH&gt;.</summary>
    Byte = 6,
}
