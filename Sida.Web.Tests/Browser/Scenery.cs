using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Web.Tests.Web;

namespace Sida.Web.Tests.Browser;

/// <summary>What tests of looks show: a sample picture, with an answer that fits it.</summary>
internal static class Scenery
{
    private const int Width = 960;
    private const int Height = 640;

    public static readonly ScriptedAnswer Tampered = new()
    {
        Width = Width,
        Height = Height,
        Mask = Ball(724, 424, 70),
        Logits = [0.2f, 0.9f, 4.1f],
        Words =
        [
            "[CLS] The image is tampered. ", "Type: {part tampered} ", "Areas: <tampered position> the blue ball, lower right, in front of the other balls. ",
            "Tampered Content: <types of objects or parts> a blue striped ball. ",
            "Visual Inconsistencies: <lighting> its highlight is at the upper left while all others are lit from the right. ",
            "<shadows> it casts no shadow on the table. ", "<edges> a thin bright rim runs around it. ", "<resolution> it is free of the grain that covers the rest. ",
            "Final Assessment: the blue ball was pasted into the picture.",
        ],
    };

    public static readonly ScriptedAnswer Synthetic = new()
    {
        Width = Width,
        Height = Height,
        Verdict = Verdict.FullSynthetic,
        Logits = [0.6f, 1.5f, 0.3f],
        Words = ["The image is full", " synthetic."],
    };

    public static byte[] Picture(string start) =>
        File.ReadAllBytes(Directory.EnumerateFiles(Path.Combine(TestFixtures.Repository, "wwwroot", "samples"), start + "*").Single());

    private static BinaryMask Ball(int x, int y, int radius)
    {
        byte[] values = new byte[Width * Height];
        for (int row = y - radius; row <= y + radius; row++)
        {
            int half = (int)Math.Sqrt((radius * radius) - ((row - y) * (row - y)));
            values.AsSpan((row * Width) + x - half, (2 * half) + 1).Fill(1);
        }

        return new BinaryMask(Width, Height, values);
    }
}
