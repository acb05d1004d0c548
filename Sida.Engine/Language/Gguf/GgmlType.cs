namespace Sida.Engine.Language.Gguf;

/// <summary>Number formats of the tensors of a language model file; the numbers are ggml's.</summary>
internal enum GgmlType
{
    F32 = 0,
    F16 = 1,
    Q5_0 = 6,
    Q5_1 = 7,
    Q8_0 = 8,
    Q4_K = 12,
    Q5_K = 13,
    Q6_K = 14,
    BF16 = 30,
}

/// <summary>How numbers of a <see cref="GgmlType"/> are packed: in blocks of several.</summary>
internal static class GgmlTypes
{
    /// <summary>Numbers and bytes of one block, or null for a type that Sida neither writes nor reads.</summary>
    public static (int Numbers, int Bytes)? Block(GgmlType type) => type switch
    {
        GgmlType.F32 => (1, 4),
        GgmlType.F16 or GgmlType.BF16 => (1, 2),
        GgmlType.Q5_0 => (32, 22),
        GgmlType.Q5_1 => (32, 24),
        GgmlType.Q8_0 => (32, 34),
        GgmlType.Q4_K => (256, 144),
        GgmlType.Q5_K => (256, 176),
        GgmlType.Q6_K => (256, 210),
        _ => null,
    };

    /// <summary>Bytes of a row of <paramref name="numbers"/> numbers, which must be a multiple of the block.</summary>
    public static long RowBytes(GgmlType type, long numbers)
    {
        (int perBlock, int bytes) = Block(type) ?? throw new ArgumentOutOfRangeException(nameof(type));
        ArgumentOutOfRangeException.ThrowIfNotEqual(numbers % perBlock, 0, nameof(numbers));
        return checked(numbers / perBlock * bytes);
    }
}
