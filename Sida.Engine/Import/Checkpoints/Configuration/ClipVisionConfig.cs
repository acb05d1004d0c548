namespace Sida.Engine.Import.Checkpoints.Configuration;

/// <summary>
/// The vision tower's `config.json`: a CLIPVisionConfig, alone or as `vision_config` of a CLIPConfig. Absent fields have the defaults of
/// transformers 4.31. (`vision_config_dict` is not looked at: CLIPVisionModel doesn't either.)
/// </summary>
internal sealed record ClipVisionConfig
{
    private const string FileName = "config.json";

    /// <summary>Width of the tower, C.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width inside its feed-forward blocks.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of its layers.</summary>
    public required int LayerCount { get; init; }

    /// <summary>Heads of each layer.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Side of the square picture, S, in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Side of a square patch, in pixels.</summary>
    public required int PatchSize { get; init; }

    /// <summary>`quick_gelu` or `gelu`.</summary>
    public required string Activation { get; init; }

    /// <summary>Epsilon of the layer norms.</summary>
    public required double LayerNormEpsilon { get; init; }

    /// <summary>Reads and checks `config.json`.</summary>
    /// <exception cref="CheckpointException">Missing, damaged, or not of a CLIP vision tower.</exception>
    public static ClipVisionConfig Read(CheckpointFolder folder)
    {
        JsonFields root = JsonFields.Read(folder, FileName);
        root.OneOf("model_type", "clip_vision_model", "clip", "clip_vision_model");
        JsonFields fields = root.Text("model_type") == "clip" ? root.Object("vision_config") : root;
        var config = new ClipVisionConfig
        {
            HiddenSize = fields.Int("hidden_size", 1, 1 << 16, absent: 768),
            IntermediateSize = fields.Int("intermediate_size", 1, 1 << 18, absent: 3072),
            LayerCount = fields.Int("num_hidden_layers", 1, 1000, absent: 12),
            HeadCount = fields.Int("num_attention_heads", 1, 1024, absent: 12),
            ImageSize = fields.Int("image_size", 1, 4096, absent: 224),
            PatchSize = fields.Int("patch_size", 1, 4096, absent: 32),
            Activation = fields.OneOf("hidden_act", "quick_gelu", "quick_gelu", "gelu"),
            LayerNormEpsilon = fields.Number("layer_norm_eps", 1e-12, 1e-2, absent: 1e-5),
        };
        fields.Int("num_channels", 3, 3, absent: 3);
        if (config.HiddenSize % config.HeadCount != 0)
        {
            throw fields.Wrong("num_attention_heads", $"a divisor of hidden_size ({config.HiddenSize})");
        }

        return config.PatchSize <= config.ImageSize ? config : throw fields.Wrong("patch_size", $"no larger than image_size ({config.ImageSize})");
    }
}
