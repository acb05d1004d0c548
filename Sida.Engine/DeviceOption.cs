using System.Globalization;

namespace Sida.Engine;

/// <summary>What kind of processor a model runs on.</summary>
public enum DeviceKind
{
    /// <summary>A CUDA device if one is usable, otherwise the processor.</summary>
    Auto,

    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU; an error where none is usable.</summary>
    Cuda,
}

/// <summary>Where a model shall run, as given by <c>--device auto|cpu|cuda[:n]</c> or the setting of the same meaning.</summary>
/// <param name="Kind">The kind of device.</param>
/// <param name="Index">Which CUDA device, from 0; 0 for the other kinds.</param>
public readonly record struct DeviceOption(DeviceKind Kind, int Index = 0)
{
    private const int HighestIndex = 63;

    /// <summary>A CUDA device if one is usable, otherwise the processor.</summary>
    public static DeviceOption Auto => new(DeviceKind.Auto);

    /// <summary>The processor.</summary>
    public static DeviceOption Cpu => new(DeviceKind.Cpu);

    /// <summary>Reads <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>, in any case.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <exception cref="RequestException">It is none of these, or n is not in 0..63.</exception>
    public static DeviceOption Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string name = text.Trim().ToLowerInvariant();
        if (name == "auto")
        {
            return Auto;
        }

        if (name == "cpu")
        {
            return Cpu;
        }

        if (name == "cuda")
        {
            return new DeviceOption(DeviceKind.Cuda);
        }

        if (name.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            && index <= HighestIndex)
        {
            return new DeviceOption(DeviceKind.Cuda, index);
        }

        throw new RequestException($"Unknown device \"{text}\": use auto, cpu, cuda or cuda:n with n from 0 to {HighestIndex}.");
    }

    /// <summary>The text that <see cref="Parse"/> reads back.</summary>
    public override string ToString() => Kind switch
    {
        DeviceKind.Cuda => string.Create(CultureInfo.InvariantCulture, $"cuda:{Index}"),
        DeviceKind.Cpu => "cpu",
        _ => "auto",
    };
}
