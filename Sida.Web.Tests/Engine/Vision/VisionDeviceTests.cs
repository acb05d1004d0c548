using Sida.Engine;
using Sida.Engine.Vision;

namespace Sida.Web.Tests.Engine.Vision;

public sealed class VisionDeviceTests
{
    [Fact]
    public void Without_the_cuda_library_auto_is_the_processor()
    {
        SkipWithCuda();

        VisionDevice device = VisionDevice.Choose(DeviceOption.Auto);

        Assert.Equal("cpu", device.Name);
        Assert.Null(device.Note);
    }

    [Fact]
    public void Without_the_cuda_library_cuda_is_refused_with_the_folder_that_it_belongs_in()
    {
        SkipWithCuda();

        NativeRuntimeException error = Assert.Throws<NativeRuntimeException>(() => VisionDevice.Choose(new DeviceOption(DeviceKind.Cuda, 1)));

        Assert.Contains(VisionDevice.CudaFolder, error.Message, StringComparison.Ordinal);
        Assert.Contains("cuda:1", error.Message, StringComparison.Ordinal);
    }

    private static void SkipWithCuda() => Assert.SkipWhen(
        Directory.Exists(Path.Combine(AppContext.BaseDirectory, VisionDevice.CudaFolder)), "SKIPPED: the CUDA provider is installed here.");
}
