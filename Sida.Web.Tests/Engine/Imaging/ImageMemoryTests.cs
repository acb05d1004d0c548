using System.Runtime.InteropServices;
using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Engine.Imaging.Interop;

namespace Sida.Web.Tests.Engine.Imaging;

[CollectionDefinition(nameof(ImageMemoryTests), DisableParallelization = true)]
public sealed class AloneInTheProcess;

/// <summary>Resident memory is the whole process's: these tests run while nothing else does.</summary>
[Collection(nameof(ImageMemoryTests))]
public sealed class ImageMemoryTests
{
    private const long Megabyte = 1 << 20;

    [Fact]
    public void Three_hundred_decodes_good_and_bad_leave_nothing_behind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SKIPPED: resident memory is read from /proc.");
        DecodeAll(rounds: 4);
        (long memory, int handles) = (Resident("VmRSS"), OpenFiles());

        DecodeAll(rounds: 12);

        Assert.InRange(OpenFiles() - handles, -1000, 2);
        Assert.InRange((Resident("VmRSS") - memory) / Megabyte, -10_000, 12);
    }

    [Fact]
    public void A_header_that_promises_more_than_the_file_holds_takes_no_memory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SKIPPED: resident memory is read from /proc.");
        byte[] avif = VipsSaver.Save("heifsave_buffer", new byte[1024 * 1024 * 3], 1024, 1024, 3, ("compression", "av1"), ("effort", "0"));
        byte[] size = avif[(avif.AsSpan().IndexOf("ispe"u8) + 8)..][..8];
        Assert.Equal([0, 0, 4, 0, 0, 0, 4, 0], size);
        byte[] smallAvif = (byte[])avif.Clone();
        new byte[] { 0, 0, 0, 16, 0, 0, 0, 16 }.CopyTo(smallAvif, avif.AsSpan().IndexOf("ispe"u8) + 8);

        foreach (byte[] liar in new[]
        {
            PngFile.Build(10_000, 10_000, 8, 2, new byte[30_001 * 5]),
            TiffFile.Build(10_000, 10_000, 8, 2, 3, new byte[3000]),
            smallAvif,
        })
        {
            GC.Collect();
            File.WriteAllText("/proc/self/clear_refs", "5");
            long before = Resident("VmHWM");
            Assert.Throws<ImageException>(() => ImageDecoderTests.Decode(liar));
            Assert.InRange((Resident("VmHWM") - before) / Megabyte, 0, 64);
        }
    }

    [Fact]
    public void Native_structs_have_the_sizes_of_the_pinned_release()
    {
        // GLib 2.90, gobject/gvalue.h: GType, then a union of eight bytes twice.
        Assert.Equal(24, Marshal.SizeOf<GValue>());
        Assert.Equal(8, Marshal.OffsetOf<GValue>(nameof(GValue.Data0)).ToInt32());
        Assert.Equal(16, Marshal.OffsetOf<GValue>(nameof(GValue.Data1)).ToInt32());
    }

    private static void DecodeAll(int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            foreach (byte[] file in Samples.All.Values)
            {
                Assert.Equal(64, ImageDecoderTests.Decode(file).Image.Width);
                Assert.Throws<ImageException>(() => ImageDecoderTests.Decode(file[..(file.Length / 2)]));
            }

            Assert.NotEmpty(ImageEncoder.EncodeJpeg(PillowResizeTests.Noise(100, 100, round)));
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    private static int OpenFiles() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    private static long Resident(string field)
    {
        string line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(field + ":", StringComparison.Ordinal));
        return long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) * 1024;
    }
}
