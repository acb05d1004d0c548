using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sida.Web.Hosting;

/// <summary>Settings sections: bound strictly, checked by their annotations, and the server refuses to start when one is wrong.</summary>
internal static class Settings
{
    public static void AddSettings<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddOptions<TOptions>().BindConfiguration(section, binder => binder.ErrorOnUnknownConfiguration = true).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>, AnnotationCheck<TOptions>>();
    }

    /// <summary>Like ValidateDataAnnotations, but the message is the annotation's own sentence and nothing around it.</summary>
    private sealed class AnnotationCheck<TOptions> : IValidateOptions<TOptions>
        where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options)
        {
            List<ValidationResult> failures = [];
            return Validator.TryValidateObject(options, new ValidationContext(options), failures, validateAllProperties: true)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(failures.Select(failure => failure.ErrorMessage!));
        }
    }
}
