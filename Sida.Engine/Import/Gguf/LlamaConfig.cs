using System.Globalization;
using System.Text.Json;

namespace Sida.Engine.Import.Gguf;

/// <summary>The sizes and constants of a LLaMA model, as transformers 4.31 reads them from <c>config.json</c> (LlamaConfig's defaults).</summary>
internal sealed record LlamaConfig
{
    private const string File = "config.json";
    private const int MostLayers = 512;
    private const int WidestModel = 65_536;

    /// <summary>H.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Transformer blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Inner width of the feed-forward part.</summary>
    public required int FeedForwardSize { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads; fewer than <see cref="Heads"/> with grouped-query attention.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>max_position_embeddings.</summary>
    public required int ContextLength { get; init; }

    /// <summary>rms_norm_eps.</summary>
    public required float NormEpsilon { get; init; }

    /// <summary>Base of the rotary frequencies.</summary>
    public required float RopeTheta { get; init; }

    /// <summary>Divides positions (rope_scaling of type linear); null for none.</summary>
    public required float? LinearRopeScaling { get; init; }

    /// <summary>The last layer is the embedding table (tie_word_embeddings).</summary>
    public required bool TiedEmbeddings { get; init; }

    /// <summary>Width of one head.</summary>
    public int HeadSize => HiddenSize / Heads;

    /// <summary>Width of all keys of a position.</summary>
    public int KeyValueSize => HeadSize * KeyValueHeads;

    /// <summary>Reads the language model's part of a configuration.</summary>
    /// <param name="config">The root of config.json.</param>
    /// <exception cref="CheckpointException">A value is missing, out of range or of a kind that isn't LLaMA.</exception>
    public static LlamaConfig Read(JsonElement config)
    {
        int heads = Integer(config, "num_attention_heads", null, WidestModel);
        LlamaConfig read = new()
        {
            HiddenSize = Integer(config, "hidden_size", null, WidestModel),
            Layers = Integer(config, "num_hidden_layers", null, MostLayers),
            FeedForwardSize = Integer(config, "intermediate_size", null, 8 * WidestModel),
            Heads = heads,
            KeyValueHeads = Integer(config, "num_key_value_heads", heads, heads),
            ContextLength = Integer(config, "max_position_embeddings", 2048, 1 << 24),
            NormEpsilon = Number(config, "rms_norm_eps", 1e-6f, 1e-12f, 1),
            RopeTheta = Number(config, "rope_theta", 10_000, 1, 1e12f),
            LinearRopeScaling = ReadScaling(config),
            TiedEmbeddings = Flag(config, "tie_word_embeddings", false),
        };
        read.Check(config);
        return read;
    }

    private void Check(JsonElement config)
    {
        if (HiddenSize % Heads != 0 || HeadSize % 2 != 0 || Heads % KeyValueHeads != 0)
        {
            throw Broken($"hidden_size {HiddenSize}, num_attention_heads {Heads} and num_key_value_heads {KeyValueHeads} don't divide evenly");
        }

        if (Integer(config, "head_dim", HeadSize, WidestModel) != HeadSize)
        {
            throw Broken("head_dim isn't hidden_size / num_attention_heads");
        }

        if (Property(config, "hidden_act") is { } act && (act.ValueKind != JsonValueKind.String || act.GetString() != "silu"))
        {
            throw Broken($"hidden_act is {act}, but LLaMA uses silu");
        }

        if (Flag(config, "attention_bias", false) || Flag(config, "mlp_bias", false))
        {
            throw Broken("the model has biases, which LLaMA hasn't");
        }
    }

    private static float? ReadScaling(JsonElement config)
    {
        if (Property(config, "rope_scaling") is not { } scaling)
        {
            return null;
        }

        if (scaling.ValueKind != JsonValueKind.Object)
        {
            throw Broken("rope_scaling isn't an object");
        }

        string? type = Property(scaling, "type") is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        return type switch
        {
            "linear" => Number(scaling, "factor", null, 1e-3f, 1e3f),

            // Dynamic scaling changes nothing up to max_position_embeddings (LlamaDynamicNTKScalingRotaryEmbedding).
            "dynamic" => null,
            _ => throw Broken($"rope_scaling of type {type ?? "nothing"} isn't supported; linear and dynamic are"),
        };
    }

    private static int Integer(JsonElement config, string name, int? otherwise, int most)
    {
        if (Property(config, name) is not { } value)
        {
            return otherwise ?? throw Broken($"{name} is missing");
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= 1 && number <= most
            ? number
            : throw Broken($"{name} is {value}, not an integer from 1 to {most}");
    }

    private static float Number(JsonElement config, string name, float? otherwise, float least, float most)
    {
        if (Property(config, name) is not { } value)
        {
            return otherwise ?? throw Broken($"{name} is missing");
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out float number) && number >= least && number <= most
            ? number
            : throw Broken(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}, not a number from {least} to {most}"));
    }

    private static bool Flag(JsonElement config, string name, bool otherwise) => Property(config, name) is not { } value
        ? otherwise
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Broken($"{name} is {value}, not true or false");

    /// <summary>A property that is there and isn't null.</summary>
    private static JsonElement? Property(JsonElement config, string name) =>
        config.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static CheckpointException Broken(string what) => new($"{File}: {what}. Is this the folder of a SIDA checkpoint?");
}
