namespace Sida.Engine.Language.Interop;

/// <summary>A processor or GPU that llama.cpp found.</summary>
/// <param name="Handle">The native device; lives as long as the process. Zero for the processor alone.</param>
/// <param name="Name">What to report, for example <c>CUDA0 (NVIDIA H200)</c>.</param>
internal sealed record LlamaDevice(nint Handle, string Name)
{
    private const int Gpu = 1, IntegratedGpu = 2, Processor = 0;

    public bool IsGpu => Handle != 0;

    /// <summary>The device that a user's wish means on this machine.</summary>
    /// <exception cref="NativeRuntimeException">CUDA was asked for and there is no such device.</exception>
    public static LlamaDevice Choose(LlamaLibrary library, DeviceOption option)
    {
        List<LlamaDevice> gpus = All(library, Gpu, IntegratedGpu);
        if (option.Kind == DeviceKind.Cuda)
        {
            return option.Index < gpus.Count ? gpus[option.Index] : throw new NativeRuntimeException(
                $"llama.cpp sees {gpus.Count} GPU(s), so {option} doesn't exist. Install the driver and the npm package "
                + $"@node-llama-cpp/linux-x64-cuda (its files into native/llama-cuda beside the program), or use --device cpu.");
        }

        if (option.Kind == DeviceKind.Auto && gpus.Count > 0)
        {
            return gpus[0];
        }

        string processor = All(library, Processor).FirstOrDefault()?.Name ?? "CPU";
        return new LlamaDevice(0, processor);
    }

    private static unsafe List<LlamaDevice> All(LlamaLibrary library, params ReadOnlySpan<int> types)
    {
        List<LlamaDevice> found = [];
        for (nuint index = 0; index < library.DeviceCount(); index++)
        {
            nint device = library.DeviceAt(index);
            if (types.Contains(library.DeviceType(device)))
            {
                string name = NativeText.Read(library.DeviceName(device));
                string description = NativeText.Read(library.DeviceDescription(device));
                found.Add(new LlamaDevice(device, $"{name} ({description})"));
            }
        }

        return found;
    }
}
