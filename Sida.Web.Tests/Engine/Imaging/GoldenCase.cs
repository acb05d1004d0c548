using System.Text.Json;
using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Engine.Imaging;

/// <summary>What a golden analysis says about its masks.</summary>
internal sealed record GoldenCase(string Name, JsonElement Json)
{
    /// <summary>Every case with a mask: those of the project, and the whole set's when it is there.</summary>
    public static IEnumerable<string> WithMasks() => WithFile("mask_0.png");

    /// <summary>Every case that has a file of this name.</summary>
    public static IEnumerable<string> WithFile(string file) =>
        new[] { TestFixtures.Bundled, TestFixtures.Shared }
            .Where(root => root is not null)
            .SelectMany(root => Directory.GetDirectories(Path.Combine(root!, "cases")))
            .Where(folder => File.Exists(Path.Combine(folder, file)))
            .Select(folder => Path.GetFileName(folder))
            .Distinct().Order();

    public static GoldenCase Read(string name) =>
        new(name, JsonDocument.Parse(File.ReadAllText(TestFixtures.Find("cases", name, "case.json"))).RootElement);

    public string ImagePath => TestFixtures.Find("images", Json.GetProperty("image").GetString()!);

    public (int Width, int Height) Original => Size("original_hw");

    public (int Width, int Height) Resized => Size("resize_hw");

    public int MaskCount => Json.GetProperty("pred_mask_shape")[0].GetInt32();

    public string PathOf(string file) => TestFixtures.Find("cases", Name, file);

    public BinaryMask Mask(int index)
    {
        (int width, int height, byte[] values) = PngFile.ReadMask(PathOf($"mask_{index}.png"));
        return new BinaryMask(width, height, values);
    }

    public JsonElement Saved(string kind) =>
        Json.GetProperty("imwrites").EnumerateArray().Single(item => item.GetProperty("file").GetString()!.EndsWith(kind, StringComparison.Ordinal));

    private (int Width, int Height) Size(string field) => (Json.GetProperty(field)[1].GetInt32(), Json.GetProperty(field)[0].GetInt32());
}
