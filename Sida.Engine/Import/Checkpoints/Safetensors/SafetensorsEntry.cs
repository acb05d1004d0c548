using System.Text.Json;

namespace Sida.Engine.Import.Checkpoints.Safetensors;

/// <summary>One tensor of a `.safetensors` header.</summary>
/// <param name="Tensor">Name, type and shape.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">First byte after it.</param>
internal sealed record SafetensorsEntry(TensorInfo Tensor, long Begin, long End)
{
    private const int MaxDepth = 4;
    private const string Metadata = "__metadata__";

    /// <summary>Reads all tensors of a header.</summary>
    /// <param name="json">The header.</param>
    /// <param name="file">File name for messages.</param>
    /// <exception cref="JsonException">No JSON, or too deep.</exception>
    /// <exception cref="CheckpointException">JSON that describes no tensors.</exception>
    public static List<SafetensorsEntry> ReadAll(ReadOnlySpan<byte> json, string file)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        var entries = new List<SafetensorsEntry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!names.Add(name))
            {
                throw new CheckpointException($"{file}: the header has {CheckpointFolder.Quote(name)} twice; download it again.");
            }

            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw Malformed(file, name, "is no object");
            }

            if (name == Metadata)
            {
                reader.Skip();
                continue;
            }

            entries.Add(ReadOne(ref reader, file, TensorRules.CheckName(name, file)));
            TensorRules.CheckTotal(entries.Count, file);
        }

        // Only blanks may follow the root object; anything else throws here.
        return reader.Read() ? throw Malformed(file, Metadata, "is followed by a second JSON value") : entries;
    }

    private static SafetensorsEntry ReadOne(ref Utf8JsonReader reader, string file, string name)
    {
        TensorType? type = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string field = reader.GetString()!;
            reader.Read();
            switch (field)
            {
                case "dtype" when type is null && reader.TokenType == JsonTokenType.String:
                    type = TypeNamed(reader.GetString()!, file, name);
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref reader, file, name, field);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref reader, file, name, field);
                    break;
                default:
                    throw Malformed(file, name, $"has an unexpected field {CheckpointFolder.Quote(field)}");
            }
        }

        if (type is null || shape is null || offsets is not [long begin, long end])
        {
            throw Malformed(file, name, "lacks dtype, shape or data_offsets");
        }

        TensorInfo tensor = TensorRules.Create(name, type.Value, shape, file);
        return begin >= 0 && end >= begin && end - begin == tensor.ByteCount
            ? new SafetensorsEntry(tensor, begin, end)
            : throw Malformed(file, name, $"needs {tensor.ByteCount} bytes but has data_offsets {begin} to {end}");
    }

    private static List<long> ReadNumbers(ref Utf8JsonReader reader, string file, string name, string field)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Malformed(file, name, $"has no array {field}");
        }

        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || numbers.Count == TensorRules.MaxRank)
            {
                throw Malformed(file, name, $"has a {field} that is no short list of whole numbers");
            }

            numbers.Add(number);
        }

        return numbers;
    }

    private static TensorType TypeNamed(string dtype, string file, string name) => dtype switch
    {
        "F64" => TensorType.F64,
        "F32" => TensorType.F32,
        "F16" => TensorType.F16,
        "BF16" => TensorType.BF16,
        "I64" => TensorType.I64,
        "I32" => TensorType.I32,
        "I16" => TensorType.I16,
        "I8" => TensorType.I8,
        "U8" => TensorType.U8,
        "BOOL" => TensorType.Bool,
        _ => throw new CheckpointException(
            $"{file}: {CheckpointFolder.Quote(name)} has the number type {CheckpointFolder.Quote(dtype)}, which Sida doesn't read; convert the checkpoint to BF16, F16 or F32."),
    };

    private static CheckpointException Malformed(string file, string name, string problem) =>
        new($"{file}: the header's entry {CheckpointFolder.Quote(name)} {problem}; download it again.");
}
