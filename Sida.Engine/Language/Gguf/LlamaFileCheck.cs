using System.Globalization;
using System.Text.RegularExpressions;

namespace Sida.Engine.Language.Gguf;

/// <summary>
/// Decides whether a GGUF file may be given to llama.cpp: exactly the metadata and tensors of a LLaMA model, with shapes and token
/// tables that agree with each other. Anything else could reach an assertion in native code, which would end the process.
/// </summary>
internal static partial class LlamaFileCheck
{
    private const int MostLayers = 512;
    private const int WidestModel = 65_536;

    private static readonly HashSet<string> ModelKeys =
    [
        "llama.context_length", "llama.embedding_length", "llama.block_count", "llama.feed_forward_length", "llama.vocab_size",
        "llama.attention.head_count", "llama.attention.head_count_kv", "llama.attention.layer_norm_rms_epsilon",
        "llama.rope.dimension_count", "llama.rope.freq_base", "llama.rope.scaling.type", "llama.rope.scaling.factor",
    ];

    /// <summary>Checks everything that can be checked without reading the weights.</summary>
    /// <exception cref="PackageException">Something is missing, superfluous or inconsistent.</exception>
    public static LlamaFileInfo Check(GgufFile file)
    {
        CheckKeys(file);
        int hidden = Size(file, "llama.embedding_length", WidestModel);
        int layers = Size(file, "llama.block_count", MostLayers);
        int feedForward = Size(file, "llama.feed_forward_length", 8 * WidestModel);
        int heads = Size(file, "llama.attention.head_count", WidestModel);
        int keyValueHeads = Size(file, "llama.attention.head_count_kv", heads);
        int context = Size(file, "llama.context_length", 1 << 24);
        Require(file, hidden % heads == 0 && hidden / heads % 2 == 0, $"{hidden} hidden units can't be shared by {heads} heads of even width");
        Require(file, heads % keyValueHeads == 0, $"{heads} query heads can't share {keyValueHeads} key heads");
        Require(file, Size(file, "llama.rope.dimension_count", WidestModel) == hidden / heads, "the rotary width isn't the width of a head");
        CheckNumber(file, "llama.attention.layer_norm_rms_epsilon", 0, 1);
        CheckNumber(file, "llama.rope.freq_base", 1, 1e12f);
        CheckScaling(file);
        int vocabulary = GgufVocabularyCheck.Check(file);
        Require(file, Size(file, "llama.vocab_size", int.MaxValue) == vocabulary, "the vocabulary size isn't the number of tokens");
        int keyValueWidth = hidden / heads * keyValueHeads;
        bool fullPrecision = CheckTensors(file, LlamaTensors.All(layers, hidden, keyValueWidth, feedForward, vocabulary));
        return new LlamaFileInfo(hidden, layers, heads, keyValueHeads, vocabulary, context, fullPrecision);
    }

    private static void CheckKeys(GgufFile file)
    {
        string architecture = file.Required<string>("general.architecture");
        Require(file, architecture == "llama", $"architecture \"{architecture}\" isn't llama");
        foreach (string key in file.Metadata.Keys)
        {
            bool known = ModelKeys.Contains(key) || GgufVocabularyCheck.Keys.Contains(key) || key.StartsWith("general.", StringComparison.Ordinal);
            Require(file, known, $"unexpected metadata {key}");
        }
    }

    private static void CheckScaling(GgufFile file)
    {
        if (file.Optional("llama.rope.scaling.type", out string? type))
        {
            Require(file, type == "linear", $"rotary scaling \"{type}\" isn't supported");
            CheckNumber(file, "llama.rope.scaling.factor", 1e-3f, 1e3f);
        }
        else
        {
            Require(file, !file.Metadata.ContainsKey("llama.rope.scaling.factor"), "a rotary scaling factor without a type");
        }
    }

    private static bool CheckTensors(GgufFile file, IReadOnlyDictionary<string, long[]> expected)
    {
        bool fullPrecision = true;
        foreach ((string name, long[] dimensions) in expected)
        {
            if (!file.Tensors.TryGetValue(name, out GgufTensor? tensor))
            {
                Require(file, name == LlamaTensors.Output, $"tensor {name} is missing");
                continue;
            }

            Require(
                file,
                tensor.Dimensions.SequenceEqual(dimensions),
                $"tensor {name} is {string.Join(" x ", tensor.Dimensions)} where {string.Join(" x ", dimensions)} is expected");
            Require(file, dimensions.Length > 1 || tensor.Type == GgmlType.F32, $"tensor {name} is {tensor.Type} where F32 is expected");
            fullPrecision &= tensor.Type == GgmlType.F32;
        }

        foreach (string name in file.Tensors.Keys)
        {
            Require(file, expected.ContainsKey(name), $"unexpected tensor {Printable().Replace(name, "?")}");
        }

        return fullPrecision;
    }

    private static int Size(GgufFile file, string key, int most)
    {
        uint value = file.Required<uint>(key);
        Require(file, value >= 1 && value <= (uint)most, string.Create(CultureInfo.InvariantCulture, $"{key} is {value}, not from 1 to {most}"));
        return (int)value;
    }

    private static void CheckNumber(GgufFile file, string key, float least, float most)
    {
        float value = file.Required<float>(key);
        Require(
            file,
            float.IsFinite(value) && value >= least && value <= most,
            string.Create(CultureInfo.InvariantCulture, $"{key} is {value}, not from {least} to {most}"));
    }

    internal static void Require(GgufFile file, bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new PackageException($"{file.Path}: {otherwise}. Import the checkpoint again.");
        }
    }

    [GeneratedRegex("[^ -~]")]
    private static partial Regex Printable();
}
