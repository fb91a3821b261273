import org.jetbrains.kotlin.gradle.dsl.JvmTarget

plugins {
    id("com.android.application")
    id("org.jetbrains.kotlin.android")
}

android {
    namespace = "kerasapps.app"
    compileSdk = 36

    defaultConfig {
        // Both stand in gradle.properties.
        applicationId = providers.gradleProperty("app.id").get()
        resValue("string", "app_name", providers.gradleProperty("app.name").get())
        minSdk = 26
        targetSdk = 36
        versionCode = 1
        versionName = "1.0"
    }

    buildFeatures {
        resValues = true
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }

    // The runtime maps the model as it lies in the app.
    androidResources {
        noCompress += "tflite"
    }

    // Phones with memory pages of 16 KB: LiteRT 2 is built for them, and libraries that are not
    // compressed are laid at such borders.
    packaging {
        jniLibs {
            useLegacyPackaging = false
        }
    }
}

kotlin {
    compilerOptions {
        jvmTarget = JvmTarget.JVM_17 // no toolchain, as Android Studio brings a JDK of another version
    }
}

dependencies {
    implementation("com.google.ai.edge.litert:litert:2.3.0")
}
