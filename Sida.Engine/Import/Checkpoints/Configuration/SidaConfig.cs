namespace Sida.Engine.Import.Checkpoints.Configuration;

/// <summary>
/// A SIDA checkpoint's `config.json`: transformers' LlamaConfig (4.31, whose defaults are used here) with the fields that LLaVA and
/// SIDA add. The rotary base is not among them: 4.31 knows only 10000.
/// </summary>
internal sealed record SidaConfig
{
    private const string FileName = "config.json";

    /// <summary>Width of the language model, H.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width inside its feed-forward blocks.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of its layers.</summary>
    public required int LayerCount { get; init; }

    /// <summary>Query heads of each layer.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Key and value heads of each layer; fewer than <see cref="HeadCount"/> with grouped-query attention.</summary>
    public required int KeyValueHeadCount { get; init; }

    /// <summary>Rows of the embedding table, added tokens included.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Positions that the model was trained for.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>Epsilon of the RMS norms.</summary>
    public required double RmsNormEpsilon { get; init; }

    /// <summary>Stretched rotary positions, or null.</summary>
    public RopeScaling? RopeScaling { get; init; }

    /// <summary>Whether the output matrix is the embedding table.</summary>
    public required bool TiedEmbeddings { get; init; }

    /// <summary>Width of the prompt embeddings that [SEG] becomes, SIDA's `out_dim`.</summary>
    public required int PromptEmbeddingSize { get; init; }

    /// <summary>Which of CLIP's hidden states is the image feature, LLaVA's `mm_vision_select_layer`; negative counts from the last.</summary>
    public required int VisionSelectLayer { get; init; }

    /// <summary>The vision tower that the checkpoint was trained with, a hub id or a folder; null when it isn't said.</summary>
    public string? VisionTower { get; init; }

    /// <summary>Where the checkpoint says it came from; null when it isn't said.</summary>
    public string? NameOrPath { get; init; }

    /// <summary>Width of one attention head.</summary>
    public int HeadSize => HiddenSize / HeadCount;

    /// <summary>Reads and checks `config.json`.</summary>
    /// <exception cref="CheckpointException">Missing, damaged, or with a field that SIDA's own code couldn't use either.</exception>
    public static SidaConfig Read(CheckpointFolder folder)
    {
        JsonFields fields = JsonFields.Read(folder, FileName);
        int heads = fields.Int("num_attention_heads", 1, 1024);
        int keyValueHeads = fields.Int("num_key_value_heads", 1, heads, absent: heads);
        var config = new SidaConfig
        {
            HiddenSize = fields.Int("hidden_size", 2, 1 << 16),
            IntermediateSize = fields.Int("intermediate_size", 1, 1 << 20),
            LayerCount = fields.Int("num_hidden_layers", 1, 1000),
            HeadCount = heads,
            KeyValueHeadCount = keyValueHeads,
            VocabularySize = fields.Int("vocab_size", 4, 1 << 22),
            MaxPositions = fields.Int("max_position_embeddings", 1, 1 << 24, absent: 2048),
            RmsNormEpsilon = fields.Number("rms_norm_eps", 1e-12, 1e-2, absent: 1e-6),
            RopeScaling = fields.Has("rope_scaling") ? RopeScaling.Read(fields.Object("rope_scaling")) : null,
            TiedEmbeddings = fields.Bool("tie_word_embeddings", absent: false),
            PromptEmbeddingSize = fields.Int("out_dim", 1, 1 << 16, absent: 256),
            VisionSelectLayer = fields.Int("mm_vision_select_layer", -1000, 1000, absent: -2),
            VisionTower = fields.Text("vision_tower") ?? fields.Text("mm_vision_tower"),
            NameOrPath = fields.Text("_name_or_path"),
        };
        fields.OneOf("hidden_act", "silu", "silu");
        fields.OneOf("mm_vision_select_feature", "patch", "patch");
        if (config.HiddenSize % heads != 0 || config.HeadSize % 2 != 0)
        {
            throw fields.Wrong("num_attention_heads", $"a divisor of hidden_size ({config.HiddenSize}) that leaves heads of even width");
        }

        return heads % keyValueHeads == 0 ? config : throw fields.Wrong("num_key_value_heads", $"a divisor of num_attention_heads ({heads})");
    }
}

/// <summary>Rotary positions stretched beyond the trained length (transformers 4.31, LlamaConfig.rope_scaling).</summary>
/// <param name="Type">`linear` or `dynamic`.</param>
/// <param name="Factor">By how much; above 1.</param>
internal sealed record RopeScaling(string Type, double Factor)
{
    /// <summary>Reads the object `rope_scaling`.</summary>
    public static RopeScaling Read(JsonFields fields) =>
        new(fields.OneOf("type", string.Empty, "linear", "dynamic"), fields.Number("factor", 1.000001, 1000));
}
