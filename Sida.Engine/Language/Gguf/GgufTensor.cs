namespace Sida.Engine.Language.Gguf;

/// <summary>What a GGUF file says of one tensor.</summary>
/// <param name="Name">At most 63 bytes.</param>
/// <param name="Type">Number format.</param>
/// <param name="Dimensions">ggml's order: the length of a row first, the number of rows second.</param>
/// <param name="Offset">First byte in the file.</param>
/// <param name="ByteCount">Bytes without padding.</param>
internal sealed record GgufTensor(string Name, GgmlType Type, IReadOnlyList<long> Dimensions, long Offset, long ByteCount);
