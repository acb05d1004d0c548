using System.Text.Json;

namespace Sida.Engine.Import.Checkpoints.Configuration;

/// <summary>
/// The vision tower's `preprocessor_config.json`: what is done to a picture, in this order (transformers 4.31, CLIPImageProcessor, whose
/// defaults are used here). Files of older versions have plain numbers where newer ones have objects.
/// </summary>
internal sealed record ClipPreprocessing
{
    private const string FileName = "preprocessor_config.json";
    private const int MaxSide = 4096;
    private const int Bicubic = 3;

    /// <summary>The shorter side after the bicubic resize, in pixels, or null for none.</summary>
    public int? ShortestEdge { get; init; }

    /// <summary>Height and width of the centre crop, in pixels, or null for none.</summary>
    public (int Height, int Width)? Crop { get; init; }

    /// <summary>What bytes are multiplied by; 1 for no rescaling.</summary>
    public required double RescaleFactor { get; init; }

    /// <summary>Subtracted from each of red, green and blue.</summary>
    public required double[] Mean { get; init; }

    /// <summary>What each is then divided by; above 0.</summary>
    public required double[] StandardDeviation { get; init; }

    private static readonly double[] OpenAiMean = [0.48145466, 0.4578275, 0.40821073];
    private static readonly double[] OpenAiDeviation = [0.26862954, 0.26130258, 0.27577711];

    /// <summary>Reads and checks `preprocessor_config.json`.</summary>
    /// <exception cref="CheckpointException">Missing, damaged, or with steps that CLIP's own processor doesn't have.</exception>
    public static ClipPreprocessing Read(CheckpointFolder folder)
    {
        JsonFields fields = JsonFields.Read(folder, FileName);
        fields.Int("resample", Bicubic, Bicubic, absent: Bicubic);
        bool normalise = fields.Bool("do_normalize", absent: true);
        double[] deviation = fields.Numbers("image_std", OpenAiDeviation);
        if (!deviation.All(value => value > 0))
        {
            throw fields.Wrong("image_std", "numbers above 0");
        }

        return new ClipPreprocessing
        {
            ShortestEdge = fields.Bool("do_resize", absent: true) ? ReadShortestEdge(fields) : null,
            Crop = fields.Bool("do_center_crop", absent: true) ? ReadCrop(fields) : null,
            RescaleFactor = fields.Bool("do_rescale", absent: true) ? fields.Number("rescale_factor", 1e-9, 1e9, absent: 1 / 255d) : 1,
            Mean = normalise ? fields.Numbers("image_mean", OpenAiMean) : [0, 0, 0],
            StandardDeviation = normalise ? deviation : [1, 1, 1],
        };
    }

    private static int ReadShortestEdge(JsonFields fields) => fields.Kind("size") == JsonValueKind.Object
        ? fields.Object("size").Int("shortest_edge", 1, MaxSide)
        : fields.Int("size", 1, MaxSide, absent: 224);

    private static (int Height, int Width) ReadCrop(JsonFields fields)
    {
        if (fields.Kind("crop_size") == JsonValueKind.Object)
        {
            JsonFields size = fields.Object("crop_size");
            return (size.Int("height", 1, MaxSide), size.Int("width", 1, MaxSide));
        }

        int side = fields.Int("crop_size", 1, MaxSide, absent: 224);
        return (side, side);
    }
}
