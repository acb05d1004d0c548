using System.Buffers;
using Sida.Engine.Import.Checkpoints;
using Sida.Engine.Language.Gguf;

namespace Sida.Engine.Import.Gguf;

/// <summary>How far the language model's file is.</summary>
/// <param name="Step">What is being done.</param>
/// <param name="BytesDone">Bytes of this step that are done.</param>
/// <param name="BytesTotal">Bytes of this step.</param>
internal sealed record LanguageModelProgress(string Step, long BytesDone, long BytesTotal);

/// <summary>Turns the LLaMA part of a checkpoint into a GGUF file.</summary>
internal sealed class LanguageModelWriter
{
    private readonly ITensorSource _source;
    private readonly LlamaConfig _config;
    private readonly IReadOnlyList<LlamaWeight> _weights;
    private readonly IReadOnlyList<GgufPiece> _vocabulary;
    private readonly GgufTokenizer _tokenizer;
    private readonly string _name;

    /// <summary>Checks that the checkpoint has every tensor in the right shape.</summary>
    /// <param name="source">The checkpoint.</param>
    /// <param name="config">The model's sizes.</param>
    /// <param name="tokenizer">The vocabulary; the embedding table may have more rows.</param>
    /// <param name="name">The model's name, kept in the file.</param>
    /// <param name="prefix">What the checkpoint puts before LLaMA's keys.</param>
    /// <exception cref="CheckpointException">Tensors are missing or of another shape (all are named), or the vocabulary doesn't fit.</exception>
    public LanguageModelWriter(ITensorSource source, LlamaConfig config, GgufTokenizer tokenizer, string name, string prefix = "")
    {
        _source = source;
        _config = config;
        _tokenizer = tokenizer;
        _name = name;
        string embedding = prefix + LlamaWeight.EmbeddingKey;
        TensorInfo table = source.Tensor(embedding);
        int rows = table.Shape.Count == 2 && table.Shape[0] is > 0 and <= 2_000_000
            ? (int)table.Shape[0]
            : throw new CheckpointException($"{embedding}: has the shape [{string.Join(", ", table.Shape)}], not that of an embedding table.");
        _weights = LlamaWeight.All(config, rows, prefix);
        CheckShapes();
        _vocabulary = tokenizer.Rows(rows);
    }

    /// <summary>The keys of the checkpoint that are used.</summary>
    public IEnumerable<string> UsedKeys => _weights.Select(weight => weight.Source);

    /// <summary>Parameters of the language model.</summary>
    public long Parameters => _weights.Sum(weight => weight.Shape.Aggregate(1L, (product, side) => product * side));

    /// <summary>Rows of the embedding table.</summary>
    public int VocabularySize => _vocabulary.Count;

    /// <summary>Writes the file; a quantised one through an unquantised temporary file beside it, which is deleted in every case.</summary>
    /// <param name="path">The file, replaced if it exists; deleted again when this fails.</param>
    /// <param name="precision">Number format of the matrices; norms are always f32.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Stops at once; see <see cref="GgufQuantizer"/> for what goes on behind the scenes then.</param>
    /// <exception cref="CheckpointException">A weight is infinite, no number, or too large for f16.</exception>
    /// <exception cref="NativeRuntimeException">llama.cpp's quantiser failed.</exception>
    public async Task WriteAsync(string path, LanguagePrecision precision, IProgress<LanguageModelProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            if (Plain(precision) is { } type)
            {
                await Task.Run(() => Write(path, type, precision, progress, cancellation), cancellation);
            }
            else
            {
                await QuantizeAsync(path, precision, progress, cancellation);
            }

            LlamaFileCheck.Check(GgufFile.Open(path));
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private async Task QuantizeAsync(string path, LanguagePrecision precision, IProgress<LanguageModelProgress>? progress, CancellationToken cancellation)
    {
        string temporary = path + ".unquantized";
        TensorType stored = StoredType();
        try
        {
            await Task.Run(() => Write(temporary, stored, Unquantized(stored), progress, cancellation), cancellation);
            string step = $"quantising to {PrecisionNames.NameOf(precision)}";
            long total = GgufFile.Open(temporary).Tensors.Values.Sum(tensor => tensor.ByteCount);
            await GgufQuantizer.RunAsync(
                temporary, path, precision, done => progress?.Report(new LanguageModelProgress(step, done, total)), cancellation);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private void Write(string path, TensorType type, LanguagePrecision precision, IProgress<LanguageModelProgress>? progress, CancellationToken cancellation)
    {
        GgufWriter writer = new();
        LlamaMetadata.Write(writer, _config, _tokenizer, _vocabulary, _name, GgufQuantizer.FileType(precision));
        foreach (LlamaWeight weight in _weights)
        {
            TensorType stored = weight.Kind == LlamaWeightKind.Norm ? TensorType.F32 : type;
            int group = weight.Kind == LlamaWeightKind.Rotary ? _config.HeadSize : 1;
            writer.AddTensor(weight.Target, Format(stored), [.. weight.Shape.Reverse()], group, Rows(weight, stored));
        }

        long total = writer.TensorBytes;
        string step = $"language model, {PrecisionNames.NameOf(precision)}";
        writer.Write(path, done => progress?.Report(new LanguageModelProgress(step, done, total)), cancellation);
    }

    private GgufRows Rows(LlamaWeight weight, TensorType type)
    {
        long rowLength = weight.Shape[^1];
        if (weight.Kind != LlamaWeightKind.Rotary)
        {
            return (firstRow, destination) => Copy(weight, type, firstRow * rowLength, destination);
        }

        int rowBytes = checked((int)GgmlTypes.RowBytes(Format(type), rowLength));
        return (firstRow, destination) =>
        {
            byte[] rows = ArrayPool<byte>.Shared.Rent(destination.Length);
            try
            {
                Span<byte> original = rows.AsSpan(0, destination.Length);
                Copy(weight, type, firstRow * rowLength, original);
                RotaryRows.Interleave(original, destination, _config.HeadSize, rowBytes);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(rows);
            }
        };
    }

    private void Copy(LlamaWeight weight, TensorType type, long first, Span<byte> destination)
    {
        _source.CopyAs(weight.Source, type, first, destination);
        if (!FiniteNumbers.AllFinite(destination, type))
        {
            throw new CheckpointException($"{weight.Source}: holds infinity or NaN; no answer of such a model means anything. Download the checkpoint again.");
        }
    }

    private void CheckShapes()
    {
        List<string> problems = [];
        foreach (LlamaWeight weight in _weights)
        {
            if (!_source.Tensors.TryGetValue(weight.Source, out TensorInfo? tensor))
            {
                problems.Add($"{weight.Source} is missing");
            }
            else if (!tensor.Shape.SequenceEqual(weight.Shape))
            {
                problems.Add($"{weight.Source} is [{string.Join(", ", tensor.Shape)}] where [{string.Join(", ", weight.Shape)}] is expected");
            }
        }

        if (problems.Count > 0)
        {
            throw new CheckpointException($"The language model doesn't match config.json: {string.Join("; ", problems)}.");
        }
    }

    /// <summary>The type in which the checkpoint's matrices can be kept without loss.</summary>
    private TensorType StoredType()
    {
        HashSet<TensorType> types = [.. _weights.Where(weight => weight.Kind != LlamaWeightKind.Norm).Select(weight => _source.Tensor(weight.Source).Type)];
        return types.Count == 1 ? types.Single() : TensorType.F32;
    }

    private static TensorType? Plain(LanguagePrecision precision) => precision switch
    {
        LanguagePrecision.F32 => TensorType.F32,
        LanguagePrecision.F16 => TensorType.F16,
        LanguagePrecision.BF16 => TensorType.BF16,
        _ => null,
    };

    private static LanguagePrecision Unquantized(TensorType type) => type switch
    {
        TensorType.F16 => LanguagePrecision.F16,
        TensorType.BF16 => LanguagePrecision.BF16,
        _ => LanguagePrecision.F32,
    };

    private static GgmlType Format(TensorType type) => type switch
    {
        TensorType.F16 => GgmlType.F16,
        TensorType.BF16 => GgmlType.BF16,
        _ => GgmlType.F32,
    };
}
